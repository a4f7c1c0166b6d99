/** Returns the data set of a table, spelt as a column name; undefined for tables of metrics. */
export function datasetOfTable(table: string): string | undefined {
  return /^dataset_(.+)_[0-9a-f]{8}$/.exec(table)?.[1];
}

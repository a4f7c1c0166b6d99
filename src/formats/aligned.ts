/**
 * Lines of a table for people: columns two blanks apart.
 * @param rows the headings, too; all with the same number of cells
 * @param isText whether a column's cells begin at the same place; those of others, which are numbers, end there
 */
export function aligned(rows: readonly (readonly string[])[], isText: (column: number) => boolean): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return isText(column) ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** The width of each column, in UTF-16 units. */
export function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}

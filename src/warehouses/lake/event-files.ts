import type { DuckDBConnection } from '@duckdb/node-api';
import { query } from './engine.ts';
import { Bindings } from './sql.ts';

/**
 * Returns the rows of files of events as a relation. Files from before the stream got a field lack its
 * column: their rows have NULL there, if another of the files has it.
 */
export function rowsOfEventFiles(files: readonly string[], bindings: Bindings): string {
  return `read_parquet(${bindings.texts(files)}, hive_partitioning = false, union_by_name = true)`;
}

/** Returns the columns that at least one of the files has. */
export async function columnNamesOf(
  connection: DuckDBConnection,
  files: readonly string[],
): Promise<readonly string[]> {
  const bindings = new Bindings();
  const none = await query(
    connection,
    `SELECT * FROM ${rowsOfEventFiles(files, bindings)} LIMIT 0`,
    bindings,
  );
  return none.columnNames();
}

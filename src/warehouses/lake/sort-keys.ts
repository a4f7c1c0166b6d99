import { type DuckDBConnection, DuckDBTypeId } from '@duckdb/node-api';
import { query } from './engine.ts';
import type { Bindings } from './sql.ts';

/** Returns the expression by which rows are sorted as a column, given quoted, would sort them. */
export type SortKeys = (column: string) => string;

/**
 * Returns how the columns of a relation are sorted fastest. ENUMs are sorted by their numbers, which are in the order
 * of the texts: DuckDB 1.5 parses the names of the types of a sort key, which for an ENUM are all of its texts. With
 * 200,000 of them, a statement that sorts ten rows takes 0.6 s.
 * @param columns the columns to sort by, quoted
 */
export async function sortKeysOf(
  connection: DuckDBConnection,
  relation: string,
  columns: readonly string[],
  bindings: Bindings,
): Promise<SortKeys> {
  const none = await query(connection, `SELECT ${columns.join(', ')} FROM ${relation} LIMIT 0`, bindings);
  const enums = columns.filter((_, index) => none.columnTypeId(index) === DuckDBTypeId.ENUM);
  return (column) => (enums.includes(column) ? `enum_code(${column})` : column);
}

import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../../core/metric/table.ts';
import { queryAll } from './engine.ts';
import type { SortKeys } from './sort-keys.ts';
import { namesOf, partKey } from './sql.ts';

/** Selects rows in the order of files. Of several with one key, the newest comes first. */
export function newestFirst(table: Table, every: string, keys: SortKeys): string {
  return `SELECT _part, _seq >= 0 AS _is_new, ${namesOf(table)} FROM ${every}
    ORDER BY ${partKey(table).map(keys).join(', ')}, _seq DESC`;
}

/**
 * Selects the first row of each key of a sorted relation. Sorting and comparing neighbours both work in bounded memory;
 * a window or a join over all rows doesn't.
 */
export function distinctOf(table: Table, sorted: string): string {
  return `SELECT _part, _is_new, ${namesOf(table)} FROM ${neighbours(table, sorted)} WHERE NOT _is_repeat`;
}

/** Whether two rows of the table `merged` have the same key. */
export async function hasRepeats(connection: DuckDBConnection, table: Table): Promise<boolean> {
  const found = await queryAll(
    connection,
    `SELECT 1 FROM ${neighbours(table, 'merged')} WHERE _is_repeat LIMIT 1`,
  );
  return found.length > 0;
}

/** Adds to each row of a sorted relation whether it has the key of the row before. */
function neighbours(table: Table, relation: string): string {
  const key = partKey(table);
  const previous = key.map((column, index) => `lag(${column}) OVER () AS _previous${index}`);
  // The last columns differ most often.
  const same = key.map((column, index) => `${column} IS NOT DISTINCT FROM _previous${index}`).reverse();
  return `(SELECT *, ${same.join(' AND ')} AS _is_repeat FROM (SELECT *, ${previous.join(', ')} FROM ${relation}) AS pairs) AS neighbours`;
}

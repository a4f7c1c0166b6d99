import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../../core/metric/table.ts';
import type { Repeats } from '../warehouse.ts';
import { queryAll } from './engine.ts';
import type { NewRows } from './merge.ts';
import type { Part } from './part.ts';
import { Bindings, fileColumns, identifier, keyColumns } from './sql.ts';

/**
 * Finds the rows of a change that have the same key, once `merged` is made of these parts. Few changes have
 * any, so the number of merged rows is checked first, which costs almost nothing.
 */
export async function repeatsIn(
  connection: DuckDBConnection,
  table: Table,
  added: NewRows,
  parts: readonly Part[],
): Promise<Repeats[]> {
  if (added.distinct) return [];
  const brought = parts.reduce((sum, { partition }) => sum + (added.partitions.get(partition) ?? 0), 0);
  if (brought === 0) return [];
  // For a top the number tells nothing, because its lists are cut at their limit.
  if (!table.ranking) {
    const [row] = await queryAll(connection, 'SELECT count(*) FROM merged WHERE _is_new');
    if (Number(row?.[0]) === brought) return [];
  }
  const bindings = new Bindings();
  const rows = await added.select(connection, parts, bindings);
  return rows === undefined ? [] : repeatsOf(connection, table, rows, bindings);
}

async function repeatsOf(
  connection: DuckDBConnection,
  table: Table,
  rows: string,
  bindings: Bindings,
): Promise<Repeats[]> {
  const isKey = (name: string): boolean => keyColumns(table).includes(identifier(name));
  const all = fileColumns(table).map(({ name }) => name);
  const names = all.filter(isKey);
  const key = names.map(identifier);
  const others = all.filter((name) => !isKey(name));
  const columns = others.map(identifier);
  const differs = columns.map(
    (name) => `min(${name}) IS DISTINCT FROM max(${name}) OR count(${name}) NOT IN (0, count(*))`,
  );
  // The values are wrapped in a struct, because arg_min and arg_max skip NULL, which is a value here.
  const row = `{${['_seq', ...columns].map((name) => `${name}: ${name}`).join(', ')}}`;
  const groups = `SELECT ${key.join(', ')}, count(*) - 1 AS _more, (${differs.join(' OR ')}) AS _differs,
      arg_min(${row}, _seq) AS _first, arg_max(${row}, _seq) AS _last
    FROM (${rows}) AS brought GROUP BY _part, ${key.join(', ')} HAVING count(*) > 1`;
  const ofRow = (name: string): string[] =>
    ['_seq', ...columns].map((column) => `CAST(${name}.${column} AS VARCHAR)`);
  const found = await queryAll(
    connection,
    `SELECT CAST(sum(_more) OVER () AS BIGINT), count(*) FILTER (_differs) OVER (),
       ${[...key, ...ofRow('_first'), ...ofRow('_last')].join(', ')}
     FROM (${groups}) AS repeated ORDER BY _differs DESC, _first._seq LIMIT 1`,
    bindings,
  );
  const [example] = found;
  if (!example) return [];
  const [more, differing, ...texts] = example;
  const named = (columnNames: readonly string[], from: number): Map<string, string | null> =>
    new Map(columnNames.map((name, index) => [name, texts[from + index] as string | null]));
  const sideAt = (from: number) => ({ row: Number(texts[from]), values: named(others, from + 1) });
  const keyOfBoth = named(names, 0) as ReadonlyMap<string, string>;
  const last = sideAt(key.length + 1 + others.length);
  const one = { key: keyOfBoth, first: sideAt(key.length), last };
  return [{ rows: Number(more), differing: Number(differing), example: one }];
}

/** Combines the repeats of several groups of partitions. */
export function combineRepeats(groups: readonly Repeats[]): Repeats {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const [first] = groups as [Repeats];
  return {
    rows: sum(groups.map(({ rows }) => rows)),
    differing: sum(groups.map(({ differing }) => differing)),
    example: (groups.find(({ differing }) => differing > 0) ?? first).example,
  };
}

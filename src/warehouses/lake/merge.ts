import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../../core/metric/table.ts';
import { execute, queryAll } from './engine.ts';
import { distinctOf, hasRepeats, newestFirst } from './newest-rows.ts';
import { type Part, removed } from './part.ts';
import { newlyRanked, partLists, ranked } from './ranking.ts';
import { type SortKeys, sortKeysOf } from './sort-keys.ts';
import { mayHaveTotals } from './may-have-totals.ts';
import {
  asFileColumns,
  Bindings,
  fileColumns,
  identifier,
  listColumns,
  literal,
  namesOf,
  partKey,
} from './sql.ts';

/** The rows that a change adds. */
export interface NewRows {
  /** The partitions of the rows, with the number of new rows in each, which may be approximate. */
  readonly partitions: ReadonlyMap<string, number>;
  /** How many rows were given; 0 if they are derived during the merge. */
  readonly rows: number;
  /** Whether the keys differ from each other and from the keys of all stored rows that stay. */
  readonly distinct: boolean;
  /** The lists of a top that the rows replace, as a relation. */
  readonly lists?: (columns: string, bindings: Bindings) => string;
  /** Returns the rows of some parts, with `_part` and `_seq`; undefined if there are none. */
  readonly select: (
    connection: DuckDBConnection,
    parts: readonly Part[],
    bindings: Bindings,
  ) => Promise<string | undefined>;
}

/** The rows of a partition after the change. */
export interface Merged {
  readonly rows: number;
  readonly digest: string;
  /** About how many combinations of dimensions there are; 0 if the partition can't have totals. */
  readonly series: number;
  /** The columns of texts that have one value in all rows, with it. */
  readonly constants: ReadonlyMap<string, string>;
  /** The number of stored rows whose keys are gone. */
  readonly vanished: number;
}

/**
 * Small enough to be read in parts, large enough to be read fast: a series lies in one row group of a
 * partition, which is decoded whole. A column of numbers gets a dictionary if a group has at least five times
 * as many rows as distinct numbers.
 */
const ROW_GROUP_ROWS = 61_440;

/**
 * Makes the table `lists`: the lists of a top that a change replaces. A list is in it even if none of its new
 * entries is kept. It is empty for series.
 */
export async function createLists(connection: DuckDBConnection, table: Table, added: NewRows): Promise<void> {
  const columns = listColumns(table);
  const list = partLists(table).join(', ');
  const types = ['_part INTEGER', ...columns.map((column) => `${column} VARCHAR`)];
  await execute(connection, `CREATE OR REPLACE TABLE lists (${types.join(', ')})`);
  const bindings = new Bindings();
  const lists = table.ranking && added.lists?.(list, bindings);
  if (lists) await execute(connection, `INSERT INTO lists ${lists}`, bindings);
}

/** Makes the table `merged`: the rows of some partitions after the change, in the order of files. */
export async function merge(
  connection: DuckDBConnection,
  table: Table,
  added: NewRows,
  parts: readonly Part[],
): Promise<Map<number, Merged>> {
  const bindings = new Bindings();
  const brought = await added.select(connection, parts, bindings);
  const sources = [
    ...(brought === undefined ? [] : [brought]),
    ...(parts.some(({ files }) => files.length > 0) ? [keptRows(table, parts, bindings)] : []),
  ];
  const nothing = { rows: 0, digest: '', series: 0, constants: new Map<string, string>(), vanished: 0 };
  if (sources.length === 0)
    return new Map(parts.map(({ number, lost = 0 }) => [number, { ...nothing, vanished: lost }]));
  const every = `(${sources.join(' UNION ALL ')}) AS every`;
  const keys = await sortKeysOf(connection, every, partKey(table), bindings);
  const make = (rows: string, own?: Bindings) =>
    execute(connection, `CREATE OR REPLACE TABLE merged AS ${rows}`, own);
  if (added.distinct) await make(sorted(table, every, keys), bindings);
  else if (table.ranking) {
    const distinct = distinctOf(table, `(${newestFirst(table, every, keys)}) AS newest_first`);
    await make(ranked(table, distinct, table.ranking, keys), bindings);
  } else {
    await make(newestFirst(table, every, keys), bindings);
    // Few changes have two rows of one key. One thread looks; two sort.
    if (await hasRepeats(connection, table)) await make(distinctOf(table, 'merged'));
  }
  const merged = await digests(connection, table, parts);
  const vanished = await vanishedRows(connection, table, parts);
  return new Map(
    parts.map(({ number, lost = 0 }) => [
      number,
      { ...(merged.get(number) ?? nothing), vanished: lost + (vanished.get(number) ?? 0) },
    ]),
  );
}

/** Selects rows in the order of files. */
function sorted(table: Table, every: string, keys: SortKeys): string {
  if (table.ranking) return newlyRanked(table, every, table.ranking, keys);
  return `SELECT _part, ${namesOf(table)} FROM ${every} ORDER BY ${partKey(table).map(keys).join(', ')}`;
}

/** Drops the tables that `createLists`, `merge` and `BeforeValues` made. */
export async function dropMerged(connection: DuckDBConnection): Promise<void> {
  for (const name of ['merged', 'lists', 'served_before', 'before_values', 'before_sums'])
    await execute(connection, `DROP TABLE IF EXISTS ${name}`);
}

/** Returns the merged rows with the types that files have, and `_part`. Texts of derived rows are enums until here. */
export function mergedRows(table: Table): string {
  return `(SELECT _part, ${asFileColumns(table)} FROM merged) AS merged_rows`;
}

/**
 * Writes the rows of a partition to a file. It uses Snappy, because unpacking zstd took almost half the time of a scan.
 * A column of one text is written as an ENUM: it looks the same in the file, and takes a fifth of the time.
 */
export async function writePart(
  connection: DuckDBConnection,
  table: Table,
  part: number,
  { constants }: Merged,
  path: string,
): Promise<void> {
  const columns = fileColumns(table).map(({ name, type }) => {
    const constant = constants.get(name);
    const value = constant === undefined ? identifier(name) : literal(constant);
    const own = constant === undefined ? type : `ENUM (${literal(constant)})`;
    return `CAST(${value} AS ${own}) AS ${identifier(name)}`;
  });
  await execute(
    connection,
    `COPY (SELECT ${columns.join(', ')} FROM merged WHERE _part = ${part})
     TO ${literal(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, WRITE_BLOOM_FILTER false)`,
  );
}

/** Selects the stored rows that neither a removal nor a new list takes away. */
function keptRows(table: Table, parts: readonly Part[], bindings: Bindings): string {
  const names = fileColumns(table).map(({ name }) => `stored.${identifier(name)}`);
  const list = partLists(table).join(', ');
  return `SELECT _part, CAST(-1 AS BIGINT) AS _seq, ${names.join(', ')}
    FROM (${storedRows(parts, bindings)}) AS stored
    ${table.ranking ? `ANTI JOIN lists USING (${list})` : ''}
    WHERE NOT (${removed(table, parts, bindings)})`;
}

/** Returns the stored rows of parts, with `_part`. */
export function storedRows(parts: readonly Part[], bindings: Bindings): string {
  const files = parts.flatMap((part) => part.files.map((file) => ({ file, number: part.number })));
  const paths = bindings.texts(files.map(({ file }) => file));
  return `SELECT files._part, rows.* EXCLUDE (filename)
    FROM read_parquet(${paths}, filename = true, hive_partitioning = false) AS rows
    JOIN (SELECT unnest(${paths}) AS filename, unnest([${files.map(({ number }) => number).join(', ')}]) AS _part) AS files
    USING (filename)`;
}

async function digests(
  connection: DuckDBConnection,
  table: Table,
  parts: readonly Part[],
): Promise<Map<number, Omit<Merged, 'vanished'>>> {
  const series = parts.some(({ partition }) => mayHaveTotals(table, partition))
    ? `approx_count_distinct(hash(${['_part', ...table.dimensions.map(({ name }) => identifier(name))].join(', ')}))`
    : '0';
  const texts = fileColumns(table).filter(({ type }) => type === 'VARCHAR');
  const constants = texts.map(({ name }) => {
    const column = `merged_rows.${identifier(name)}`;
    return `CASE WHEN min(${column}) = max(${column}) AND count(${column}) = count(*) THEN min(${column}) END`;
  });
  const rows = await queryAll(
    connection,
    `SELECT _part, count(*) AS rows, CAST(sum(hash(${namesOf(table)})) AS VARCHAR) AS digest, ${series} AS series,
       ${constants.join(', ')}
     FROM ${mergedRows(table)} GROUP BY _part`,
  );
  return new Map(
    rows.map(([part, count, sum, series, ...values]) => [
      Number(part),
      {
        rows: Number(count),
        digest: `${String(count)}:${String(sum)}`,
        series: Number(series),
        constants: new Map(
          texts.flatMap(({ name }, i) => (typeof values[i] === 'string' ? [[name, values[i]]] : [])),
        ),
      },
    ]),
  );
}

async function vanishedRows(
  connection: DuckDBConnection,
  table: Table,
  parts: readonly Part[],
): Promise<Map<number, number>> {
  const suspects = parts.filter(
    ({ files, removals }) => files.length > 0 && (table.ranking !== undefined || removals.length > 0),
  );
  if (suspects.length === 0) return new Map();
  const bindings = new Bindings();
  const rows = await queryAll(
    connection,
    `SELECT _part, count(*) AS rows FROM (${storedRows(suspects, bindings)}) AS stored
     ANTI JOIN merged USING (${partKey(table).join(', ')}) GROUP BY _part`,
    bindings,
  );
  return new Map(rows.map(([part, count]) => [Number(part), Number(count)]));
}

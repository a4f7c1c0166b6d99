import { partitionSpan } from '../core/time/partition.ts';
import type { NamedQuery, Sql } from '../core/sql.ts';
import type { Table } from '../core/metric/table.ts';
import { type Grain, ordinalAt, startOf } from '../core/time/time.ts';

/** Rows of one table that an engine makes from those of another, where these lie. */
export interface Derivation {
  readonly source: Table;
  /** Partitions of the source, each of one month: their rows are read. */
  readonly partitions: readonly string[];
  /** The grains of the rows that are made: `daily`, `monthly`. */
  readonly grains: readonly Grain[];
  /** As `Aggregate` in a declaration. They can't hold a caller's text: see `Sql`. */
  readonly digest?: readonly NamedQuery[];
  readonly rows: Sql;
}

/** How an engine spells a derivation. */
export interface Dialect {
  /** A column's name, quoted. */
  readonly quote: (name: string) => string;
  /** Of rows called `made`, those that make the lists of a top; what ties with the first one left out goes too. */
  readonly cut: (list: readonly string[], by: string, limit: number) => string;
}

/** What a query of a derivation reads. */
export interface Read {
  /** The query of the digest that made the rows; undefined: they are those of the source's partitions. */
  readonly query?: string;
  /** Where the rows lie: a name or a subquery, quoted. */
  readonly from: string;
}

/**
 * The rows of a derivation as SQL, the same text in every engine but for the dialect. Its columns:
 * the table's dimensions, `stamp`, for tops the entry, the measures. Lists are cut already.
 * @param read the rows of the whole digest, where it is made already
 */
export function derivedRows(
  table: Table,
  derivation: Derivation,
  grain: Grain,
  dialect: Dialect,
  read: Read,
): string {
  const { quote, cut } = dialect;
  const measures = table.measures.map(({ name, type }) =>
    type === 'decimal' ? quote(name) : `CAST(${quote(name)} AS BIGINT) AS ${quote(name)}`,
  );
  const dimensions = table.dimensions.map(({ name }) => quote(name));
  const result = [...dimensions, 'stamp', ...table.entry.map(({ name }) => quote(name)), ...measures];
  const { ranking } = table;
  const made = ranking ? cut([...dimensions, 'stamp'], quote(ranking.by), ranking.limit) : 'made';
  const digest = read.query === undefined ? (derivation.digest ?? []) : [];
  const queries = [
    readRows(derivation, grain, dialect, read),
    ...[...digest, { name: 'made', rows: derivation.rows }].map(
      ({ name, rows }) => `${name} AS (${rows.text})`,
    ),
  ];
  return `WITH ${queries.join(', ')} SELECT ${result.join(', ')} FROM ${made}`;
}

/** The rows of one of a digest's queries as SQL. @param read the rows of the query before it, or the source's */
export function digestRows(
  derivation: Derivation,
  grain: Grain,
  dialect: Dialect,
  { rows }: NamedQuery,
  read: Read,
): string {
  return `WITH ${readRows(derivation, grain, dialect, read)} SELECT * FROM (${rows.text}) AS made`;
}

function readRows({ source }: Derivation, grain: Grain, { quote }: Dialect, { query, from }: Read): string {
  if (query !== undefined) return `${query} AS (SELECT * FROM ${from})`;
  const columns = [...source.dimensions, ...source.measures].map(({ name }) => quote(name));
  return `${source.name} AS (SELECT ${columns.join(', ')}, ${periodOf(quote('timestamp'), grain)} AS stamp FROM ${from})`;
}

/** The start of the period that an hour, or a day, lies in: both YYYYMMDDHH. */
function periodOf(timestamp: string, grain: Grain): string {
  if (grain === 'daily') return `concat(substr(${timestamp}, 1, 8), '00')`;
  if (grain === 'monthly') return `concat(substr(${timestamp}, 1, 6), '0100')`;
  throw new TypeError(`no rows are derived for ${grain} periods`);
}

/** The month that a partition of the source holds, as an ordinal. */
export function monthOf(partition: string): number {
  const { grain, first } = partitionSpan(partition);
  return ordinalAt('monthly', startOf(grain, first));
}

import { partitionSpan } from '../core/layout.ts';
import type { NamedQuery, Sql } from '../core/sql.ts';
import type { Table } from '../core/table.ts';
import { type Grain, ordinalAt, startOf } from '../core/time.ts';

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
  /** The rows of the source's partitions: a name or a subquery, quoted. */
  readonly source: string;
  /** Of rows called `made`, those that make the lists of a top; what ties with the first one left out goes too. */
  readonly cut: (list: readonly string[], by: string, limit: number) => string;
}

/**
 * The rows of a derivation as SQL, the same text in every engine but for the dialect. Its columns:
 * the table's dimensions, `stamp`, for tops the entry, the measures. Lists are cut already.
 * @param digest where the rows of the digest lie, if they are made already
 */
export function derivedRows(
  table: Table,
  derivation: Derivation,
  grain: Grain,
  dialect: Dialect,
  digest?: string,
): string {
  const { quote, cut } = dialect;
  const measures = table.measures.map(({ name, type }) =>
    type === 'decimal' ? quote(name) : `CAST(${quote(name)} AS BIGINT) AS ${quote(name)}`,
  );
  const dimensions = table.dimensions.map(({ name }) => quote(name));
  const result = [...dimensions, 'stamp', ...table.entry.map(({ name }) => quote(name)), ...measures];
  const { ranking } = table;
  const made = ranking ? cut([...dimensions, 'stamp'], quote(ranking.by), ranking.limit) : 'made';
  const before = queriesBefore(derivation, grain, dialect, derivation.digest?.length ?? 0, digest);
  return `WITH ${before}, made AS (${derivation.rows.text}) SELECT ${result.join(', ')} FROM ${made}`;
}

/**
 * The rows of one of a digest's queries as SQL.
 * @param place of the query among those of the digest
 * @param before where the rows of the one before it lie, if they are made already
 */
export function digestRows(
  derivation: Derivation,
  grain: Grain,
  dialect: Dialect,
  place: number,
  before?: string,
): string {
  const rows = derivation.digest?.[place]?.rows.text ?? '';
  return `WITH ${queriesBefore(derivation, grain, dialect, place, before)} SELECT * FROM (${rows}) AS made`;
}

/** What a query at a place of the digest, or behind it, may name. */
function queriesBefore(
  { source, digest = [] }: Derivation,
  grain: Grain,
  { quote, source: from }: Dialect,
  place: number,
  made: string | undefined,
): string {
  const before = digest.slice(0, place);
  const last = before.at(-1);
  if (made !== undefined && last) return `${last.name} AS (SELECT * FROM ${made})`;
  const columns = [...source.dimensions, ...source.measures].map(({ name }) => quote(name));
  const events = `SELECT ${columns.join(', ')}, ${periodOf(quote('timestamp'), grain)} AS stamp FROM ${from}`;
  return [
    `${source.name} AS (${events})`,
    ...before.map(({ name, rows }) => `${name} AS (${rows.text})`),
  ].join(', ');
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

import { partitionSpan } from '../core/time/partition.ts';
import type { NamedQuery, Sql } from '../core/sql.ts';
import type { EventField } from '../core/metric/stream-events.ts';
import type { Table } from '../core/metric/table.ts';
import { type Grain, type Ordinal, ordinalAt, startOf } from '../core/time/time.ts';

/**
 * Rows of one table that an engine makes from the rows of another one, without moving these out of the
 * engine.
 */
export interface Derivation {
  readonly source: Table;
  /** The grains of the rows to make, each once, with the parts of the source whose rows are read for it. */
  readonly reads: readonly GrainRead[];
  /** The name by which the queries call the source, if not by its own. */
  readonly calledAs?: string;
  /** Only made rows with one of these values in a column are added. */
  readonly only?: { readonly column: string; readonly values: readonly string[] };
  /** Rows of the source with one of these values in a column are not read. */
  readonly without?: { readonly column: string; readonly values: readonly string[] };
  /** Queries as in a declaration's `Aggregate`. They can't hold a caller's text: see `Sql`. */
  readonly digest?: readonly NamedQuery[];
  readonly rows: Sql;
  readonly rowsOf?: Readonly<Partial<Record<Grain, Sql>>>;
  /** Whether the query ranks and cuts lists by itself, in the column `ranked`. */
  readonly hasRanks?: boolean;
  /** Of a stream's events, the fields, by whose places the query names its columns: see `StreamEvents`. */
  readonly fields?: readonly EventField[];
}

/** What the rows of one grain are made from: `hourly`, `daily`, `monthly`. */
export interface GrainRead {
  readonly grain: Grain;
  readonly parts: readonly SourcePart[];
  /** Only rows before this time (YYYYMMDDHH) are read; the start of a period. */
  readonly until?: string;
}

/** Rows of a source that lie in one month: a partition of a table of the warehouse, or files on this machine. */
export type SourcePart = { readonly partition: string } | SourceFiles;

/** Parquet files of a table that isn't one of the warehouse's. */
export interface SourceFiles {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly rows: number;
  /** The month that holds all of the rows, as an ordinal. */
  readonly month: Ordinal;
  /** The hour of each file, if its rows don't have it. */
  readonly hours?: readonly Ordinal[];
}

/** The parts of a derivation's SQL that differ between engines. */
export interface Dialect {
  /** Quotes a column's name. */
  readonly quote: (name: string) => string;
  /** Writes a text as a literal. */
  readonly literal: (text: string) => string;
  /**
   * Cuts the relation `made` to the lists of a top. Rows that are tied with the first row beyond the limit
   * are cut off, too.
   */
  readonly cut: (list: readonly string[], by: string, limit: number) => string;
}

/** The input of a query in a derivation. */
export interface Read {
  /** The query of the digest that made the rows; undefined for the rows of the source's partitions. */
  readonly query?: string;
  /** The relation that holds the rows: a quoted name or a subquery. */
  readonly from: string;
}

/**
 * Returns the rows of a derivation as SQL, the same in every engine but for the dialect. The columns are the
 * table's dimensions, `stamp`, for tops the entry, `ranked` if the query ranks, and the measures. Lists are cut.
 * @param read the rows of the whole digest, if it was made already
 */
export function derivedRows(
  table: Table,
  derivation: Derivation,
  grain: Grain,
  dialect: Dialect,
  read: Read,
): string {
  const { quote, cut } = dialect;
  const isByPlace = derivation.fields !== undefined;
  const measures = table.measures.map(({ name, type }, index) => {
    const made = isByPlace ? `m${index + 1}` : quote(name);
    return `CAST(${made} AS ${type === 'decimal' ? 'DOUBLE' : 'BIGINT'}) AS ${quote(name)}`;
  });
  const dimensions = table.dimensions.map(({ name }, index) =>
    isByPlace ? `d${index + 1} AS ${quote(name)}` : quote(name),
  );
  const ranks = derivation.hasRanks ? ['CAST(ranked AS BIGINT) AS ranked'] : [];
  const result = [
    ...dimensions,
    'stamp',
    ...table.entry.map(({ name }) => quote(name)),
    ...ranks,
    ...measures,
  ];
  const { ranking } = table;
  const made =
    ranking && !derivation.hasRanks
      ? cut([...dimensions, 'stamp'], quote(ranking.by), ranking.limit)
      : 'made';
  const digest = read.query === undefined ? (derivation.digest ?? []) : [];
  const { only } = derivation;
  const own = only ? ` AS every_row WHERE ${isOneOf(dialect, only)}` : '';
  const last = (derivation.rowsOf?.[grain] ?? derivation.rows).text;
  const queries = [
    readRows(derivation, grain, dialect, read),
    ...digest.map(({ name, rows }) => `${name} AS (${rows.text})`),
    `made AS (${own === '' ? last : `SELECT * FROM (${last})${own}`})`,
  ];
  return `WITH ${queries.join(', ')} SELECT ${result.join(', ')} FROM ${made}`;
}

/** Returns the rows of one of a digest's queries as SQL. @param read the rows of the query before it, or the source's */
export function digestRows(
  derivation: Derivation,
  grain: Grain,
  dialect: Dialect,
  { rows }: NamedQuery,
  read: Read,
): string {
  return `WITH ${readRows(derivation, grain, dialect, read)} SELECT * FROM (${rows.text}) AS made`;
}

/** Returns the time before which events are read, as YYYYMMDDHH; undefined if all are. */
export function untilOf(reads: Derivation['reads'], grain: Grain): string | undefined {
  return reads.find((one) => one.grain === grain)?.until;
}

function isOneOf(
  { quote, literal }: Dialect,
  { column, values }: { readonly column: string; readonly values: readonly string[] },
): string {
  return values.length === 0 ? '(1 = 0)' : `(${quote(column)} IN (${values.map(literal).join(', ')}))`;
}

function readRows(
  { source, calledAs, without, fields, reads }: Derivation,
  grain: Grain,
  dialect: Dialect,
  { query, from }: Read,
): string {
  if (query !== undefined) return `${query} AS (SELECT * FROM ${from})`;
  const { quote, literal } = dialect;
  const until = untilOf(reads, grain);
  const columns = fields
    ? fields.map((_, index) => fieldColumn(index))
    : [...source.dimensions, ...source.measures].map(({ name }) => quote(name));
  const conditions = [
    ...(without ? [`NOT ${isOneOf(dialect, without)}`] : []),
    ...(until === undefined ? [] : [`${quote('timestamp')} < ${literal(until)}`]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const stamp = `${periodOf(quote('timestamp'), grain)} AS stamp`;
  return `${calledAs ?? source.name} AS (SELECT ${[...columns, stamp].join(', ')} FROM ${from}${where})`;
}

/** The name of a field of a stream's events in queries. @param index its place, from 0 */
export function fieldColumn(index: number): string {
  return `f${index + 1}`;
}

/** Returns the start of the period of an hour or a day, both as YYYYMMDDHH. */
function periodOf(timestamp: string, grain: Grain): string {
  if (grain === 'hourly') return timestamp;
  if (grain === 'daily') return `concat(substr(${timestamp}, 1, 8), '00')`;
  if (grain === 'monthly') return `concat(substr(${timestamp}, 1, 6), '0100')`;
  throw new TypeError(`no rows are derived for ${grain} periods`);
}

/** Returns the month that a part of a source holds, as an ordinal. */
export function monthOf(part: SourcePart): Ordinal {
  if ('files' in part) return part.month;
  const { grain, first } = partitionSpan(part.partition);
  return ordinalAt('monthly', startOf(grain, first));
}

/** Whether rows are made from files. Hive doesn't know them: the embedded DuckDB reads them. */
export function isOfFiles({ reads }: Derivation): boolean {
  return reads.some(({ parts }) => parts.some((part) => 'files' in part));
}

import { partitionSpan } from '../core/layout.ts';
import type { Sql } from '../core/sql.ts';
import type { Table } from '../core/table.ts';
import { type Grain, ordinalAt, startOf } from '../core/time.ts';

/** Rows of one table that an engine makes from those of another, where these lie. */
export interface Derivation {
  readonly source: Table;
  /** Partitions of the source, each of one month: their rows are read. */
  readonly partitions: readonly string[];
  /** The grains of the rows that are made: `daily`, `monthly`. */
  readonly grains: readonly Grain[];
  /** As `MetricDeclaration.aggregate` says. It can't hold a caller's text: see `Sql`. */
  readonly sql: Sql;
}

/** Where a statement of a derivation runs. */
interface Dialect {
  /** A column's name, quoted. */
  readonly quote: (name: string) => string;
  /** The rows of the source's partitions: a name or a subquery, quoted. */
  readonly source: string;
}

/**
 * The rows of a derivation as SQL, the same text in every engine but for quotes and the source. Its
 * columns: the table's texts, `stamp`, for tops the entry, the measures. Lists are cut already.
 */
export function derivedRows(
  table: Table,
  { source, sql }: Derivation,
  grain: Grain,
  { quote, source: from }: Dialect,
): string {
  const columns = [...source.dimensions, ...source.measures].map(({ name }) => quote(name));
  const measures = table.measures.map(({ name, type }) =>
    type === 'decimal' ? quote(name) : `CAST(${quote(name)} AS BIGINT) AS ${quote(name)}`,
  );
  const dimensions = table.dimensions.map(({ name }) => quote(name));
  const result = [...dimensions, 'stamp', ...table.entry.map(({ name }) => quote(name)), ...measures];
  const cut = table.ranking
    ? `(SELECT made.*, count(*) OVER (PARTITION BY ${[...dimensions, 'stamp'].join(', ')}
        ORDER BY ${quote(table.ranking.by)} DESC) AS place FROM made) AS placed WHERE place <= ${table.ranking.limit}`
    : 'made';
  return `WITH ${source.name} AS (
    SELECT ${columns.join(', ')}, ${periodOf(quote('timestamp'), grain)} AS stamp FROM ${from}
  ), made AS (${sql.text})
  SELECT ${result.join(', ')} FROM ${cut}`;
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

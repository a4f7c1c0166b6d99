import type { Dimension } from './dimension.ts';
import { dimensionNames, type Metric } from './metric.ts';
import type { Grain, Ordinal } from './time.ts';

/**
 * A metric's table. Both engines call it by its name; in the warehouse its columns are, in this order: the dimensions, `timestamp`
 * (YYYYMMDDHH, the start of the period), for tops the ranked dimensions and `rank`, then the
 * measures; the partition columns are `grain`, `year`, `month` and `version`.
 */
export interface Table {
  /** As in SQL: `unique_devices`. */
  readonly name: string;
  readonly dimensions: readonly Column[];
  /** How many of the dimensions, the first ones, name a row with its period; all unless given. */
  readonly identity?: number;
  /** The dimensions that rows are sorted by before the others; none unless given. */
  readonly sortedFirst?: readonly Column[];
  /** The ranked dimensions of a top; empty for series. */
  readonly entry: readonly Column[];
  readonly measures: readonly Column[];
  /** How lists are ranked when they are written; undefined for series. */
  readonly ranking: { readonly by: string; readonly limit: number } | undefined;
}

export interface Column {
  /** As in SQL: `access_site`. */
  readonly name: string;
  readonly type: 'text' | 'count' | 'difference' | 'decimal';
  /** Whether a measure may be unknown: NULL in SQL, NaN in `Rows`. */
  readonly nullable?: true;
}

/** A name as SQL and GraphQL's neighbours can spell it: `access-site` → `access_site`. */
export function columnName(name: string): string {
  return name.replaceAll('-', '_');
}

const tables = new WeakMap<Metric, Table>();

/** A metric's table, made once: its name is asked for at every request. */
export function tableOf(metric: Metric): Table {
  let table = tables.get(metric);
  if (!table) tables.set(metric, (table = makeTable(metric)));
  return table;
}

function makeTable(metric: Metric): Table {
  const { shape } = metric;
  const textColumn = (name: string): Column => ({ name: columnName(name), type: 'text' });
  return {
    name: metric.table ?? columnName(metric.name),
    dimensions: dimensionNames(metric).map(textColumn),
    sortedFirst: narrow(metric.dimensions).map(textColumn),
    entry: shape.kind === 'top' ? shape.entry.map((dimension) => textColumn(dimension.name)) : [],
    measures: Object.entries(metric.measures).map(([name, measure]) => ({
      name: columnName(name),
      type: measure.kind,
      ...(measure.gaps ? { nullable: true } : {}),
    })),
    ranking: shape.kind === 'top' ? { by: columnName(shape.rankBy), limit: shape.limit } : undefined,
  };
}

/**
 * The dimensions of few values, of which one holds the others, fewest first. Most questions are about
 * one value of each: its rows lie together, and a scan passes the others by.
 */
function narrow(dimensions: readonly Dimension[]): string[] {
  const size = ({ values = [] }: Dimension): number => values.length;
  return dimensions
    .filter(({ values, total }) => values !== undefined && total !== undefined)
    .toSorted((a, b) => size(a) - size(b))
    .map(({ name }) => name);
}

/** Rows of a table, by column. All arrays have `length` members. */
export interface Rows {
  readonly length: number;
  readonly grain: readonly Grain[] | Grain;
  readonly ordinals: readonly Ordinal[];
  /** One array a dimension, in the table's order. */
  readonly dimensions: readonly (readonly string[])[];
  /** One array a ranked dimension; none for series. */
  readonly entry: readonly (readonly string[])[];
  /** The ranks that the source gave (null: to be computed); for series undefined. */
  readonly ranks?: readonly (number | null)[];
  /** One array a measure, in the table's order. */
  readonly measures: readonly (readonly number[])[];
  /** The periods of series of which the source says that they aren't known; they have no row. */
  readonly gaps?: readonly Gap[];
}

export interface Gap {
  readonly grain: Grain;
  readonly ordinal: Ordinal;
  /** In the table's order. */
  readonly dimensions: readonly string[];
}

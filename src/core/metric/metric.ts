import type { Annotation } from './annotation.ts';
import { hasSums, type Measure } from './measure.ts';
import type { Dimension } from './dimension.ts';
import type { Entity } from './edit-events.ts';
import type { StreamEvents } from './stream-events.ts';
import type { Table } from './table.ts';
import type { NamedQuery, Sql } from '../sql.ts';
import { type Grain, type TimestampStyle } from '../time/time.ts';
import { ownOnly } from '../value/named.ts';

/**
 * Where the periods of a grain come from:
 * - `stored`: imported rows;
 * - `stored or summed`: imported rows, else the sum of the loaded days, made when publishing;
 * - `summed`: the sum of complete finer periods, made when reading.
 */
export type GrainSource = 'stored' | 'stored or summed' | 'summed';

/** How a family of metrics reads start and end. */
export interface RangeRule {
  /** Whether the period that contains the end belongs to the range. */
  readonly end: 'inclusive' | 'exclusive';
  /** AQS v1's knowledge gaps leave out the month that starts at the start. */
  readonly start?: 'exclusive';
  /** `whole`: only months that lie wholly between start and end; `as stored`: months that start between them. */
  readonly months: 'whole' | 'as stored';
  /** `always`: start and end have to be YYYYMMDDHH; otherwise only hourly data requires it. */
  readonly hour?: 'always';
  /** AQS 2.0 has no route for hours of articles; other families answer that the granularity is invalid. */
  readonly hourly?: 'invalid route';
  /** The longest range that is answered, in days. */
  readonly maxDays?: number;
  /** `zero`: a completely loaded period without a row is answered as zeros (AQS: editors/aggregate). */
  readonly missing?: 'zero';
}

/** A metric that answers with numbers over time. */
export interface SeriesShape {
  readonly kind: 'series';
  /** The field of an item that holds its rows, if items nest them (AQS: the edit families). */
  readonly nest?: 'results';
  /** The name of the timestamp in items: The default is `timestamp`. */
  readonly timestamp?: string;
}

/** A metric that answers with one ranked list for each period. */
export interface TopShape {
  readonly kind: 'top';
  /** The field of the item that holds the list: `articles`. */
  readonly list: string;
  /** The ranked dimensions. */
  readonly entry: readonly Dimension[];
  /** The measure that the list is ranked by, highest first. */
  readonly rankBy: string;
  /** The maximum number of entries in a list. If tied entries exceed it, all of them are dropped. */
  readonly limit: number;
  /** The fields of an entry, as served. */
  readonly fields: readonly string[];
  /** The field of an item that holds the list with its timestamp, if items nest it (AQS: the edit families). */
  readonly nest?: 'results';
  /** Whether each entry is an item (AQS: commons-analytics). */
  readonly flat?: true;
  /** The series whose numbers it ranks, if a metric has them: `kraken check` compares both. */
  readonly ranks?: RankedSeries;
}

/** The series that a list ranks: those of another metric that have the values of the list's dimensions. */
export interface RankedSeries {
  /** The name of the metric. */
  readonly metric: string;
  /** The dimension of the metric whose values are the list's entries. */
  readonly entry: string;
  /** The values of the dimensions that the list doesn't have. */
  readonly fixed: Readonly<Record<string, string>>;
  /** The values of the list's dimensions that the metric doesn't have. Other lists aren't compared. */
  readonly only?: Readonly<Record<string, string>>;
}

/** The dimensions that make a cell's row key and column qualifier in a series store. */
export interface KeyLayout {
  readonly row: readonly string[];
  readonly column: readonly string[];
}

/** How a metric's rows are made from a table of events. DuckDB and Hive run the same SQL. */
export interface Aggregate {
  /** The table of events that it reads: `EDIT_EVENTS`, `VIEW_EVENTS` or `STREAM_EVENTS`. */
  readonly source: Table;
  /** Of `STREAM_EVENTS`, what it reads of which stream. */
  readonly events?: StreamEvents;
  /** Of edit events, the entity that it counts. Events of other entities need not be loaded. */
  readonly of?: Entity;
  /** Of edit events, whether it needs what each edit added, which not every source tells. */
  readonly needsBytes?: true;
  /**
   * Intermediate results that several metrics share. The first query reads the events, each further one
   * reads the one before it, and the metric's `rows` reads the last.
   */
  readonly digest?: readonly NamedQuery[];
  /**
   * The query for the metric's rows. The events have a column `stamp` here: the start (YYYYMMDDHH) of the
   * hour, day or month to make. The result has the table's columns, with `stamp` for `timestamp`.
   */
  readonly rows: Sql;
  /** Grains whose rows another query makes. */
  readonly rowsOf?: Readonly<Partial<Record<Grain, Sql>>>;
  /** Whether the query ranks and cuts its lists by itself: the column `ranked`. By default lists are ranked by what they show. */
  readonly hasRanks?: true;
  /** Whether there are also rows of `all-projects` and of families such as `all-wikipedia-projects`. */
  readonly ofFamilies: boolean;
  /** The grains that are made; by default all that are stored. */
  readonly grains?: readonly Grain[];
}

export type Parameters = Readonly<Record<string, string>>;

/** One declaration: everything in Kraken that is particular to a metric. */
export interface MetricDeclaration<Dimensions extends readonly Dimension[] = readonly Dimension[]> {
  /** The name, as in `kraken import NAME`: `unique-devices`. Its table is named after it. */
  readonly name: string;
  readonly title: string;
  readonly doc: string;
  /** The source of the definition: `AQS: device-analytics`. */
  readonly source: string;
  /** What a reader should know before trusting the numbers, one sentence each. */
  readonly caveats?: readonly string[];
  /** Dated notes on its numbers. */
  readonly annotations?: readonly Annotation[];
  /**
   * The licence of its values, by its SPDX name: The default is `CC0-1.0`, the licence of Wikimedia's data.
   */
  readonly licence?: string;
  /** Who is responsible for its data, if not the operator of Kraken. */
  readonly owner?: string;
  /**
   * The path after /metrics, as in AQS. Its last parameters are the grain and range, or the period of a
   * top. The grain may be left out if only one is stored. A dimension with a closed list may be left
   * out, too: then all of its values are answered.
   */
  readonly path: string;
  readonly shape: SeriesShape | TopShape;
  /** The dimensions, in the order of the path. */
  readonly dimensions: Dimensions;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly grains: Readonly<Partial<Record<Grain, GrainSource>>>;
  readonly range: RangeRule;
  readonly timestamp: TimestampStyle;
  /** Dimensions with a fixed value, by name. They are not in the path, and callers can't choose them. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** The SQL name of its table, if not the metric's own: a saved question reads the table of another metric. */
  readonly table?: string;
  /**
   * A part of cache keys. It is set for metrics whose declaration can change while they are served, and
   * changes with the declaration.
   */
  readonly edition?: string;
  /**
   * The fields of an item. By default these are the parameters of the path, the timestamp and the measures.
   * Dimensions that it leaves out are in the URL; if the URL lists several values, they are put first.
   */
  readonly item?: readonly string[];
  /**
   * The word in a 404 for the thing that may not be loaded. The default is `project` (AQS:
   * commons-analytics). False for data sets, whose 404s don't use AQS's text but name their own dimensions.
   */
  readonly subject?: string | false;
  /** The dimensions by which data is loaded: coverage is kept for each combination of their values. */
  readonly scope: readonly Dimensions[number]['name'][];
  /** How its rows are made from the events, if `kraken aggregate` makes them. */
  readonly aggregate?: Aggregate;
  /** Example requests: they have an answer in the sample, or wherever the metric is loaded. */
  readonly examples: readonly Parameters[];
}

export interface SeriesHome {
  readonly home: 'series';
  readonly key: KeyLayout;
}
export interface WarehouseHome {
  readonly home: 'warehouse';
}

/** A declaration with everything that follows from it. */
export type Metric = MetricDeclaration & (SeriesHome | WarehouseHome);
export type SeriesMetric = MetricDeclaration & SeriesHome;

type Home<Names extends string, Row extends Names, Column extends Names> =
  | { home: 'warehouse'; key?: never }
  | {
      home: 'series';
      key: [Exclude<Names, Row | Column>] extends [never]
        ? { row: readonly Row[]; column: readonly Column[] }
        : { 'the key misses a dimension': Exclude<Names, Row | Column> };
    };

/**
 * Declares a metric. A key that lacks a dimension doesn't compile. If the metric can be summed, weeks
 * are added to its days and years to its months.
 */
export function defineMetric<
  const Dimensions extends readonly Dimension[],
  const Row extends Dimensions[number]['name'] = never,
  const Column extends Dimensions[number]['name'] = never,
>(declaration: MetricDeclaration<Dimensions> & Home<Dimensions[number]['name'], Row, Column>): Metric {
  const { grains } = declaration;
  const adds = declaration.shape.kind === 'series' && hasSums(declaration);
  const { measures, fixed, examples } = declaration;
  return {
    ...(declaration as MetricDeclaration & (SeriesHome | WarehouseHome)),
    measures: ownOnly(measures),
    ...(fixed ? { fixed: ownOnly(fixed) } : {}),
    examples: examples.map(ownOnly),
    grains: {
      ...grains,
      ...(adds && grains.daily ? { weekly: 'summed' } : {}),
      ...(adds && grains.monthly ? { yearly: 'summed' } : {}),
    },
  };
}

/** The stored grain that a grain is read from: days for weeks, months for years, otherwise itself. */
export function readGrain(metric: Metric, grain: Grain): Grain {
  if (metric.grains[grain] !== 'summed') return grain;
  return grain === 'weekly' ? 'daily' : 'monthly';
}

/** The dimensions without a fixed value, in the order of the path. */
export function openDimensions({ dimensions, fixed }: Metric): readonly Dimension[] {
  return fixed ? dimensions.filter(({ name }) => fixed[name] === undefined) : dimensions;
}

/** The names of a metric's dimensions, in the order of its table. */
export function dimensionNames(metric: Metric): string[] {
  return metric.dimensions.map((dimension) => dimension.name);
}

/** The index of a dimension in the metric, and so of its value in a series' values; -1 if there is none. */
export function dimensionIndex(metric: Metric, name: string): number {
  return metric.dimensions.findIndex((dimension) => dimension.name === name);
}

/** The dimension of a metric with this name. */
export function dimensionOf(metric: Metric, name: string): Dimension | undefined {
  return metric.dimensions.find((dimension) => dimension.name === name);
}

/** The address of a licence's text, by its SPDX name; undefined for one that SPDX doesn't list. */
export function licenceUrl(spdx: string): string | undefined {
  return spdx.startsWith('LicenseRef-')
    ? undefined
    : `https://spdx.org/licenses/${encodeURIComponent(spdx)}.html`;
}

/** The SPDX name of the licence of a metric's values. */
export function licenceOf({ licence }: Metric): string {
  return licence ?? 'CC0-1.0';
}

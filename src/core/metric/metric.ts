import { hasSums, type Measure } from './measure.ts';
import type { Dimension } from './dimension.ts';
import type { Entity } from './edit-events.ts';
import type { NamedQuery, Sql } from '../sql.ts';
import { type Grain, type TimestampStyle } from '../time/time.ts';
import { ownOnly } from '../value/named.ts';

/**
 * Where the periods of a grain come from:
 * - `stored`: rows of the source;
 * - `stored or summed`: rows of the source, else the sum of the days there are, made when published;
 * - `summed`: the sum of whole finer periods, made when read.
 */
export type GrainSource = 'stored' | 'stored or summed' | 'summed';

/** How a family reads its start and end. */
export interface RangeRule {
  /** Whether the period that holds the end belongs to the range. */
  readonly end: 'inclusive' | 'exclusive';
  /** AQS v1's knowledge gaps leave out the month that starts at the start. */
  readonly start?: 'exclusive';
  /** `whole`: only months that lie wholly between start and end; `as stored`: months are rows like any others. */
  readonly months: 'whole' | 'as stored';
  /** `always`: start and end take YYYYMMDDHH only; otherwise just hourly data does. */
  readonly hour?: 'always';
  /** AQS 2.0 knows no route for hours of articles, where other families call the granularity invalid. */
  readonly hourly?: 'invalid route';
  /** The longest range that is answered, in days. */
  readonly maxDays?: number;
  /** `zero`: a period that was loaded completely and has no row is a row of zeros (AQS: editors/aggregate). */
  readonly missing?: 'zero';
}

/** A metric that answers with numbers over time. */
export interface SeriesShape {
  readonly kind: 'series';
  /** The field that holds one item's rows, where items nest them (AQS: the edit families). */
  readonly nest?: 'results';
  /** What items call the timestamp, where they have another name for it. */
  readonly timestamp?: string;
}

/** A metric that answers with one ranked list a period. */
export interface TopShape {
  readonly kind: 'top';
  /** The field of the item that holds the list: `articles`. */
  readonly list: string;
  /** What is ranked. */
  readonly entry: readonly Dimension[];
  /** The measure that it is ranked by, highest first. */
  readonly rankBy: string;
  /** Entries tied with the one after this many are dropped, and all below. */
  readonly limit: number;
  /** The fields of an entry, as served. */
  readonly fields: readonly string[];
  /** The field that holds the list with its timestamp, where items nest it (AQS: the edit families). */
  readonly nest?: 'results';
  /** The entries are the items (AQS: commons-analytics). */
  readonly flat?: true;
}

/** Where a row lies in a series store: its row key, and the qualifier of its column. */
export interface KeyLayout {
  readonly row: readonly string[];
  readonly column: readonly string[];
}

/** How a metric's rows follow from `edit_events`. DuckDB and Hive run the same text. */
export interface Aggregate {
  /** The events that it counts: of the others its numbers say nothing, nor need they be there. */
  readonly of: Entity;
  /**
   * What several metrics are made of, made once for all of them. The first query reads the events,
   * each other one the one before it, and the metric's `rows` the last.
   */
  readonly digest?: readonly NamedQuery[];
  /**
   * The events have a column `stamp` here: the start (YYYYMMDDHH) of the day or month that is made.
   * The result has the columns of the table, `stamp` for `timestamp`.
   */
  readonly rows: Sql;
  /** Whether they are also made of `all-projects` and of the families, `all-wikipedia-projects`. */
  readonly ofFamilies: boolean;
}

export type Parameters = Readonly<Record<string, string>>;

/** One declaration: everything in Kraken that is particular to a metric. */
export interface MetricDeclaration<Dimensions extends readonly Dimension[] = readonly Dimension[]> {
  /** As in `kraken import NAME`: `unique-devices`. Also the name of its table. */
  readonly name: string;
  readonly title: string;
  readonly doc: string;
  /** Where the definition comes from: `AQS: device-analytics`. */
  readonly source: string;
  /** What a reader of the numbers should know before trusting them, a sentence each. */
  readonly caveats?: readonly string[];
  /** Of its values, by SPDX's name: `CC0-1.0` unless given, as Wikimedia's are. */
  readonly licence?: string;
  /** Who answers for its data, where that isn't who runs Kraken. */
  readonly owner?: string;
  /**
   * AQS: the path after /metrics. Its last parameters are the grain and range, or the period of a top.
   * A series of one stored grain needn't name it; of a dimension that isn't named all values are given.
   */
  readonly path: string;
  readonly shape: SeriesShape | TopShape;
  /** In the order of the path. */
  readonly dimensions: Dimensions;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly grains: Readonly<Partial<Record<Grain, GrainSource>>>;
  readonly range: RangeRule;
  readonly timestamp: TimestampStyle;
  /** The values of dimensions that are settled, by name: they are not in the path, and nobody asks for them. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** The SQL name of its table, where that isn't the metric's own: a saved question reads its base's. */
  readonly table?: string;
  /** Another one with every change of the declaration, where it can change while it is served: for caches. */
  readonly edition?: string;
  /**
   * The fields of an item, as served, where they are not those of the path, the timestamp, the measures.
   * Dimensions that it leaves out are said by the URL; where that lists several values they come first.
   */
  readonly item?: readonly string[];
  /**
   * What a 404 calls that which may not be loaded: `project` unless given (AQS: commons-analytics).
   * False where a 404 has no words of AQS's: of a data set, which speaks of its own dimensions.
   */
  readonly subject?: string | false;
  /** The dimensions by which its data comes in: coverage is kept for each of their values. */
  readonly scope: readonly Dimensions[number]['name'][];
  /** How its rows follow from the events, where `kraken aggregate` makes them. */
  readonly aggregate?: Aggregate;
  /** Requests that have an answer in the sample, or on any instance that has loaded the metric. */
  readonly examples: readonly Parameters[];
}

export interface SeriesHome {
  readonly home: 'series';
  readonly key: KeyLayout;
}
export interface WarehouseHome {
  readonly home: 'warehouse';
}

/** A declaration with what follows from it. */
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
 * Declares a metric. A key that misses a dimension doesn't compile.
 * Adds the grains that follow from those declared: weeks from days and years from months, where
 * something adds up.
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

/** The stored grain whose periods are read for a grain: days for weeks, months for years. */
export function readGrain(metric: Metric, grain: Grain): Grain {
  if (metric.grains[grain] !== 'summed') return grain;
  return grain === 'weekly' ? 'daily' : 'monthly';
}

/** The dimensions that whoever asks chooses a value of, in the order of the path. */
export function openDimensions({ dimensions, fixed }: Metric): readonly Dimension[] {
  return fixed ? dimensions.filter(({ name }) => fixed[name] === undefined) : dimensions;
}

/** The names of a metric's dimensions, in the order of its table. */
export function dimensionNames(metric: Metric): string[] {
  return metric.dimensions.map((dimension) => dimension.name);
}

/** The place of a dimension among the metric's, and so of its value among a series' values; -1 for none. */
export function dimensionIndex(metric: Metric, name: string): number {
  return metric.dimensions.findIndex((dimension) => dimension.name === name);
}

/** The dimension of a metric that has this name. */
export function dimensionOf(metric: Metric, name: string): Dimension | undefined {
  return metric.dimensions.find((dimension) => dimension.name === name);
}

/** Under which licence a metric's values may be used. */
export function licenceOf({ licence }: Metric): string {
  return licence ?? 'CC0-1.0';
}

import type { Metric } from '../metric/metric.ts';
import { unaskedDimensions } from '../metric/path-parameters.ts';
import type { Grain, Ordinal } from '../time/time.ts';

/**
 * Values that were asked for among several and have no rows: one value where there is none in any
 * combination with it, `{ article: 'Catt' }`, else those of a combination.
 */
export type NoRows = Readonly<Record<string, string>>;

/** What a question is answered with, before it has a form. By column, no object a point. */
export type Answer = SeriesAnswer | TopAnswer;

export interface SeriesAnswer {
  readonly kind: 'series';
  readonly metric: Metric;
  readonly grain: Grain;
  /** One a combination of the values asked for, in the order asked. */
  readonly series: readonly Series[];
  /** Which of several values that were asked for have no rows. */
  readonly noRows: readonly NoRows[];
}

/** One series over the periods `first`, `first + 1`, … */
export interface Series {
  /** One value a dimension, in the order of `metric.dimensions`. */
  readonly values: readonly string[];
  readonly first: Ordinal;
  /** 1: there is a row. 0: there is none. 2: there is none and `fill` makes a row of nulls. 3: a row of zeros. */
  readonly presence: Uint8Array;
  /** One array a measure, in the order of `metric.measures`; 0 where there is no row, NaN where a row has a gap. */
  readonly measures: readonly Float64Array[];
}

/** A number of a row; null where it has a gap. */
export function orGap(number: number | undefined): number | null {
  return number === undefined || Number.isNaN(number) ? null : number;
}

export interface TopAnswer {
  readonly kind: 'top';
  readonly metric: Metric;
  readonly grain: Grain;
  readonly ordinal: Ordinal;
  /** One a combination of the values asked for, in the order asked; those without a list are left out. */
  readonly lists: readonly RankedList[];
  /** Which of several values that were asked for have no list. */
  readonly noRows: readonly NoRows[];
}

export interface RankedList {
  /** One value a dimension, in the order of `metric.dimensions`. */
  readonly values: readonly string[];
  readonly entries: Entries;
}

/** The entries of one ranked list, best first, by column. */
export interface Entries {
  readonly length: number;
  /** One array a ranked dimension. */
  readonly dimensions: readonly (readonly string[])[];
  readonly ranks: readonly number[];
  /** One array a measure. */
  readonly measures: readonly (readonly number[])[];
}

/** A row of a series that is in the answer, whether stored or made by `fill`. */
export const PRESENCE = { absent: 0, stored: 1, nulls: 2, zeros: 3 } as const;

/** How many series a URL gives that lists no value twice: one of each value that it can't name. */
export function seriesTogether(metric: Metric): number {
  return unaskedDimensions(metric).reduce((count, { values = [] }) => count * values.length, 1);
}

/**
 * The series of an answer in the order of its rows: one after the other, but those that a URL gives
 * together period by period, as series of one period each.
 */
export function* seriesInOrder({ metric, series }: SeriesAnswer): Generator<Series> {
  const together = seriesTogether(metric);
  if (together === 1) return yield* series;
  for (let from = 0; from < series.length; from += together) {
    const group = series.slice(from, from + together);
    const first = Math.min(...group.map((one) => one.first));
    const end = Math.max(...group.map((one) => one.first + one.presence.length));
    for (let ordinal = first; ordinal < end; ordinal++) {
      for (const one of group) {
        const at = ordinal - one.first;
        if (!one.presence[at]) continue;
        yield {
          values: one.values,
          first: ordinal,
          presence: one.presence.subarray(at, at + 1),
          measures: one.measures.map((column) => column.subarray(at, at + 1)),
        };
      }
    }
  }
}

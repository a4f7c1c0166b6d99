import type { Metric } from '../metric/metric.ts';
import { unaskedDimensions } from '../metric/path-parameters.ts';
import type { Grain, Ordinal } from '../time/time.ts';

/**
 * Values that were asked for and have no rows. One value, `{ article: 'Catt' }`, if none of its
 * combinations has rows; otherwise the values of one combination.
 */
export type NoRows = Readonly<Record<string, string>>;

/** The answer to a path question, before it is rendered. Numbers are stored by column, without an object per point. */
export type Answer = SeriesAnswer | TopAnswer;

/**
 * The periods of an answer that are still under way. Their numbers are provisional: they grow until the period is closed.
 */
export interface Open {
  /** The first of them, in the answer's grain. */
  readonly from: Ordinal;
  /** Everything that was collected before this instant is counted, in ms since 1970. */
  readonly asOfMs: number;
}

export interface SeriesAnswer {
  readonly kind: 'series';
  readonly metric: Metric;
  readonly grain: Grain;
  /** One for each combination of the values asked for, in the order asked. */
  readonly series: readonly Series[];
  /** The values that have no rows, if several were asked for. */
  readonly noRows: readonly NoRows[];
  /** Undefined if all periods are closed. */
  readonly open?: Open;
}

/** One series over the periods `first`, `first + 1`, … */
export interface Series {
  /** One value for each dimension, in the order of `metric.dimensions`. */
  readonly values: readonly string[];
  readonly first: Ordinal;
  /** One `PRESENCE` for each period. */
  readonly presence: Uint8Array;
  /** One array for each measure, in the order of `metric.measures`; 0 without a row, NaN if a row lacks the measure. */
  readonly measures: readonly Float64Array[];
}

/** A row's number, or null if the row lacks it. */
export function orGap(number: number | undefined): number | null {
  return number === undefined || Number.isNaN(number) ? null : number;
}

export interface TopAnswer {
  readonly kind: 'top';
  readonly metric: Metric;
  readonly grain: Grain;
  readonly ordinal: Ordinal;
  /** One for each combination of the values asked for that has a list, in the order asked. */
  readonly lists: readonly RankedList[];
  /** The values that have no list, if several were asked for. */
  readonly noRows: readonly NoRows[];
  /** Undefined if the lists' period is closed. */
  readonly open?: Open;
}

export interface RankedList {
  /** One value for each dimension, in the order of `metric.dimensions`. */
  readonly values: readonly string[];
  readonly entries: Entries;
}

/** The entries of one ranked list, best first, stored by column. */
export interface Entries {
  readonly length: number;
  /** One array for each ranked dimension. */
  readonly dimensions: readonly (readonly string[])[];
  readonly ranks: readonly number[];
  /** One array for each measure. */
  readonly measures: readonly (readonly number[])[];
}

/** Whether a period has a row: none, a stored one, or one of nulls or zeros that `fill` made. */
export const PRESENCE = { absent: 0, stored: 1, nulls: 2, zeros: 3 } as const;

/**
 * The number of series that a URL with one value for each parameter gives. It is more than one if the
 * metric has dimensions that its path can't name, because all of their values are answered.
 */
export function seriesTogether(metric: Metric): number {
  return unaskedDimensions(metric).reduce((count, { values = [] }) => count * values.length, 1);
}

/**
 * The series of an answer in the order of its rows: one series after the other. If a URL gives several
 * series (`seriesTogether`), they are interleaved period by period, as series of one period each.
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

import type { Dimension } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import { invalidParameter } from '../core/problem.ts';
import { namedIn } from '../core/metric/value-names.ts';
import type { TimeText } from './timestamps.ts';

/** How rows are written, if not as AQS writes them. */
export interface RowStyle {
  /** Timestamps in ISO 8601 instead of the metric's own format. */
  readonly time?: 'iso';
  /** Dimensions whose values have their names beside them. */
  readonly names?: readonly string[];
  /** For spreadsheets: texts that look like formulas are made harmless. */
  readonly guarded?: true;
}

/** The options of rows as texts of a URL or a shell. */
export interface RowOptions {
  readonly time?: string | undefined;
  readonly names?: string | undefined;
}

/**
 * Reads the options of rows.
 * @param columns the dimensions of the rows
 * @param asked the name of the columns' owner in messages: a metric, or `by of METRIC`
 * @throws Problem that names the wrong option
 */
export function rowStyleOf(
  { time, names }: RowOptions,
  columns: readonly Dimension[],
  asked: string,
): RowStyle {
  if (time !== undefined && time !== 'iso') throw invalidParameter('time', 'time should be iso', ['iso']);
  return {
    ...(time === undefined ? {} : { time }),
    ...(names === undefined ? {} : { names: namedIn(names, columns, asked) }),
  };
}

/** Guards a style if a person opens the answer and spreadsheets open its form. */
export function openedBy(isPerson: boolean, { hasCells }: { hasCells?: true }, style: RowStyle): RowStyle {
  return isPerson && hasCells ? { ...style, guarded: true } : style;
}

/** The part of a cache key that stands for a style; empty for AQS's. */
export function styleKey({ time, names = [], guarded }: RowStyle): string {
  return [time, ...names, guarded && '=']
    .filter((part) => part !== undefined)
    .map((part) => ` ${part}`)
    .join('');
}

/** The format of timestamps in a metric's JSON. */
export function timeTextOf({ timestamp }: Pick<Metric, 'timestamp'>, { time }: RowStyle): TimeText {
  return time === 'iso' ? 'instant' : timestamp;
}

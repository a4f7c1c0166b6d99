import type { Dimension } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import { invalidParameter } from '../core/problem.ts';
import { namedIn } from '../core/metric/value-names.ts';
import type { TimeText } from './timestamps.ts';

/** How the rows of an answer are written, where that isn't how AQS writes them. */
export interface RowStyle {
  /** Timestamps as ISO 8601 has them, whatever the metric's own are like. */
  readonly time?: 'iso';
  /** Dimensions whose values have their names beside them. */
  readonly names?: readonly string[];
  /** For spreadsheets: no text begins as a formula does. */
  readonly guarded?: true;
}

/** The options of rows, as a URL or a shell has them. */
export interface RowOptions {
  readonly time?: string | undefined;
  readonly names?: string | undefined;
}

/**
 * How rows are to be written, of the options in a URL.
 * @param columns the dimensions of the rows
 * @param asked what they are rows of, for messages
 * @throws Problem naming the option
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

/** The same, where a person opens the answer: a form that spreadsheets open is guarded. */
export function openedBy(isPerson: boolean, { hasCells }: { hasCells?: true }, style: RowStyle): RowStyle {
  return isPerson && hasCells ? { ...style, guarded: true } : style;
}

/** Tells kept answers of one form apart: empty for how AQS writes them. */
export function styleKey({ time, names = [], guarded }: RowStyle): string {
  return [time, ...names, guarded && '=']
    .filter((part) => part !== undefined)
    .map((part) => ` ${part}`)
    .join('');
}

/** How JSON of a metric has its timestamps. */
export function timeTextOf({ timestamp }: Pick<Metric, 'timestamp'>, { time }: RowStyle): TimeText {
  return time === 'iso' ? 'instant' : timestamp;
}

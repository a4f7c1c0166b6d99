import type { Dimension } from './dimension.ts';
import type { Metric } from './metric.ts';

/** The next multiple of `step` (AQS: country tops are rounded up). */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/**
 * The range that a rounded count is shown as: `1000-9999`. A power of ten belongs to the lower range;
 * the lowest one is `100-999`. (AQS: top-by-country.)
 */
export function bucketOf(value: number): string {
  const digits = String(Math.max(value - 1, 100)).length;
  return `1${'0'.repeat(digits - 1)}-${'9'.repeat(digits)}`;
}

/** The dimensions of a metric's rows, the ranked ones of a top last. */
function dimensionsOf(metric: Metric): readonly Dimension[] {
  return metric.shape.kind === 'top' ? [...metric.dimensions, ...metric.shape.entry] : metric.dimensions;
}

/** Whether a series has a withheld value, so that nothing about it may be published. */
export function isWithheld(metric: Metric, values: readonly string[]): boolean {
  return metric.dimensions.some(({ withheld }, i) => withheld?.has(values[i] as string));
}

/**
 * A function that decides whether a row may be published, by the values of its dimensions (the ranked
 * ones last) and its measures; undefined if all rows may.
 */
export function publishable(
  metric: Metric,
): ((values: readonly string[], measures: readonly number[]) => boolean) | undefined {
  const dimensions = dimensionsOf(metric);
  const leasts = Object.values(metric.measures).map(({ least = -Infinity }) => least);
  if (!dimensions.some(({ withheld }) => withheld) && leasts.every((least) => least === -Infinity))
    return undefined;
  return (values, measures) =>
    !dimensions.some(({ withheld }, i) => withheld?.has(values[i] as string)) &&
    leasts.every((least, m) => (measures[m] as number) >= least);
}

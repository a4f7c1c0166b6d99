import type { Dimension } from './dimension.ts';
import { openDimensions, type Metric } from './metric.ts';
import { type Grain, GRAINS } from '../time/time.ts';
import { own } from '../value/named.ts';

/** The parameters of a metric's path, in order: its dimensions, then those of the range or period. */
export function pathParameters(metric: Pick<Metric, 'path'>): string[] {
  return [...metric.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] as string);
}

/** A metric's path with the values of its parameters, percent-encoded. */
export function filledPath(
  metric: Pick<Metric, 'path'>,
  values: Readonly<Record<string, string | undefined>>,
): string {
  return pathParameters(metric).reduce(
    (path, name) => path.replace(`{${name}}`, () => encodeURIComponent(own(values, name) ?? '')),
    metric.path,
  );
}

/** The dimensions that a metric's path names, in its order. */
export function chosenDimensions({ dimensions, path }: Metric): readonly Dimension[] {
  return dimensions.filter(({ name }) => path.includes(`{${name}}`));
}

/** The grain of a path without a granularity: the one that is stored. Undefined if the path names it. */
export function grainOfPath(metric: Metric): Grain | undefined {
  if (pathParameters(metric).includes('granularity')) return undefined;
  return GRAINS.find((grain) => metric.grains[grain] && metric.grains[grain] !== 'summed');
}

/** The dimensions that a path can't name. All of their values are answered, period by period. */
export function unaskedDimensions(metric: Metric): readonly Dimension[] {
  return openDimensions(metric).filter(({ name }) => !metric.path.includes(`{${name}}`));
}

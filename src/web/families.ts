import { newestOf } from '../read/newest.ts';
import { EngineError } from '../core/engine-error.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Road } from '../read/road.ts';
import { grouped } from './grouped.ts';

/** A group of metrics in lists. */
export interface Family {
  readonly title: string;
  readonly metrics: readonly Metric[];
  /** Whether data is loaded for one of its metrics. */
  readonly isLoaded: boolean;
}

/**
 * Groups the metrics by the first word of their paths, in the catalogue's order: `/unique-devices/…` are
 * unique devices. Metrics without loaded data are a group of their own at the end.
 */
export function familiesOf(road: Road): Family[] {
  const { metrics } = road.catalogue;
  const missing = metrics.filter((metric) => isKnownEmpty(road, metric));
  const loaded = metrics.filter((metric) => !missing.includes(metric));
  const families = grouped(loaded, ({ path }) => {
    const word = (path.split('/')[1] as string).replaceAll('-', ' ');
    return word.charAt(0).toUpperCase() + word.slice(1);
  }).map(([title, metrics]): Family => ({ title, metrics, isLoaded: true }));
  return missing.length === 0
    ? families
    : [...families, { title: 'Nothing loaded yet', metrics: missing, isLoaded: false }];
}

/**
 * Whether any data of a metric is loaded.
 * @throws EngineError if an engine hasn't answered since the start
 */
export function isLoaded(road: Road, metric: Metric): boolean {
  return newestOf(road.watch.stateOf(metric)) !== undefined;
}

/** Whether a metric is known to have no data. While an engine is down this isn't known, and lists of metrics must still work. */
function isKnownEmpty(road: Road, metric: Metric): boolean {
  try {
    return !isLoaded(road, metric);
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

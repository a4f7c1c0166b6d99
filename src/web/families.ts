import { newestOf } from '../read/newest.ts';
import { EngineError } from '../core/engine-error.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Road } from '../read/road.ts';
import { grouped } from './grouped.ts';

/** Metrics that stand together in lists. */
export interface Family {
  readonly title: string;
  readonly metrics: readonly Metric[];
  /** Whether its metrics can be asked for. */
  readonly isLoaded: boolean;
}

/**
 * The metrics by the first word of their paths, in the catalogue's order: `/unique-devices/…` are
 * unique devices. Those of which nothing is loaded stand apart, after all others.
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
 * Whether anything of a metric can be asked for.
 * @throws EngineError where an engine hasn't answered since the start
 */
export function isLoaded(road: Road, metric: Metric): boolean {
  return newestOf(road.watch.stateOf(metric)) !== undefined;
}

/** While an engine is away nobody knows, and a list of metrics is there all the same. */
function isKnownEmpty(road: Road, metric: Metric): boolean {
  try {
    return !isLoaded(road, metric);
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

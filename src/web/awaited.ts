import type { Metric } from '../core/metric/metric.ts';
import type { Problem } from '../core/problem.ts';
import { isCountable } from '../core/question/live.ts';

/** Says whether the views of a site may be collected and are counted. */
export type MayCome = (site: string) => boolean;

/**
 * Whether a question has no rows only because no view of the site has come yet, as far as can be known.
 * @param sites the values of the metric's first scope in the question
 */
export function isAwaited(
  { code }: Problem,
  metric: Metric,
  sites: readonly string[],
  mayCome: MayCome,
): boolean {
  return code === 'not-found' && isCountable(metric) && sites.length === 1 && sites.every(mayCome);
}

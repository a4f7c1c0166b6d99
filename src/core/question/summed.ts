import type { PathPlan, SeriesPart, SeriesRead } from './plan.ts';
import { whyNoSums } from '../metric/measure.ts';
import { invalidParameter } from '../problem.ts';

/** Whether a series is a sum, over shorter periods or over several values. */
export function isSum(
  { span, source }: Pick<SeriesRead, 'span' | 'source'>,
  { members }: SeriesPart,
): boolean {
  return span.grain !== source || members.length > 1;
}

/**
 * Refuses to show a measure that doesn't add up, and so is null, for a plan that sums.
 * @throws Problem that lists the measures that add up
 */
export function refuseNullSums(plan: PathPlan, measure: string): void {
  const { measures } = plan.metric;
  if (plan.kind === 'top' || measures[measure]?.additive !== false) return;
  if (!plan.parts.some((part) => isSum(plan, part))) return;
  const of = { [measure]: measures[measure] };
  throw invalidParameter(
    'measure',
    `${whyNoSums({ measures: of }) ?? ''}. Choose another measure, or a granularity and values that are stored.`,
    Object.keys(measures).filter((name) => measures[name]?.additive),
  );
}

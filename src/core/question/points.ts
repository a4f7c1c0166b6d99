import type { PlanBase, SeriesPart } from './plan.ts';
import { Problem } from '../problem.ts';
import { lengthOf } from '../time/time.ts';

/**
 * The maximum number of series and entities that one request may ask for. Each one takes time, even if it has
 * only a few points.
 */
export const MAX_SERIES = 5000;

export function tooManySeries(): Problem {
  const detail = `The request asks for more than ${MAX_SERIES} series. Ask for fewer values.`;
  return new Problem('too-many-points', detail, { allowed: `at most ${MAX_SERIES} series` });
}

/**
 * Checks what a request costs, for every transport.
 * @throws Problem if a request for several series costs more than `budget` points
 */
export function checkPoints(plans: readonly Pick<PlanBase, 'cost' | 'several'>[], budget: number): void {
  const several = plans.length > 1 || plans.some((plan) => plan.several);
  const cost = plans.reduce((sum, plan) => sum + plan.cost, 0);
  if (several && cost > budget) {
    throw new Problem(
      'too-many-points',
      `The request costs ${cost} points (periods x series x measures); one request for several series may cost ${budget}. Ask for a shorter range, a coarser granularity or fewer values.`,
      { allowed: `at most ${budget} points` },
    );
  }
}

/** Points of series: periods x series x measures. */
export function pointsOf(parts: readonly SeriesPart[], measures: number): number {
  return parts.reduce((sum, { span, members }) => sum + lengthOf(span) * members.length, 0) * measures;
}

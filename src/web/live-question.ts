import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import { filledPath } from '../core/metric/path-parameters.ts';
import { unlessProblem } from '../core/problem.ts';
import { NOW } from '../core/question/periods.ts';
import type { PathPlan } from '../core/question/plan.ts';
import { hasDays, topPeriodFields } from '../core/question/top-period.ts';
import { ordinalAt, type Clock } from '../core/time/time.ts';
import type { Road } from '../read/road.ts';

/** A question whose answer has the period under way. */
export interface LiveQuestion {
  readonly plan: PathPlan;
  /** The path under `/metrics`. */
  readonly path: string;
  /** The options that the path's URL needs: empty, or `live=true`. */
  readonly query: string;
}

const LIVE = 'live=true';

/**
 * Returns the question of a path with the period under way: a range then ends now, and a list is the one of today.
 * @returns undefined if no such period is counted
 */
export function liveQuestion(road: Road, path: string, clock: Clock): LiveQuestion | undefined {
  const target = pathsOf(road.catalogue).find(path);
  if (target?.kind !== 'metric') return undefined;
  const { metric } = target;
  const isList = metric.shape.kind === 'top';
  if (isList && !hasDays(metric)) return undefined;
  const parameters = { ...target.parameters, ...(isList ? listOfToday(clock) : { end: NOW }) };
  const plan = unlessProblem(() =>
    road.plan(questionOf({ ...target, parameters }, isList ? { live: 'true' } : {})),
  );
  return plan?.open && { plan, path: filledPath(metric, parameters), query: isList ? LIVE : '' };
}

/** The parameters by which a path asks for the list of today. */
export function listOfToday(clock: Clock): { year: string; month: string; day: string } {
  const { year, month, day } = topPeriodFields({ grain: 'daily', ordinal: ordinalAt('daily', clock.now()) });
  return { year, month, day };
}

/** The URL under which a question is answered and followed. */
export function urlOfLive({ path, query }: Pick<LiveQuestion, 'path' | 'query'>): string {
  return `/metrics${path}${query === '' ? '' : `?${query}`}`;
}

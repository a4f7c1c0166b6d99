import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import { filledPath } from '../core/metric/path-parameters.ts';
import type { Metric } from '../core/metric/metric.ts';
import { Problem, unlessProblem } from '../core/problem.ts';
import { NOW } from '../core/question/periods.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { PathQuestion } from '../core/question/question.ts';
import { hasDays, topPeriodFields } from '../core/question/top-period.ts';
import { ordinalAt, type Clock } from '../core/time/time.ts';
import { firstMeasure } from '../formats/chart/chart.ts';
import type { Road } from '../read/road.ts';
import { isAwaited, type MayCome } from './awaited.ts';
import type { Waiting } from './live-counter.ts';
import { grainIn } from './pages/explorer/range.ts';

/** A question whose answer has the period under way. */
export interface LiveQuestion {
  readonly plan: PathPlan;
  /** The path under `/metrics`. */
  readonly path: string;
  /** The options that the path's URL needs: empty, or `live=true`. */
  readonly query: string;
}

const LIVE = 'live=true';

/** A question with the period under way, which may be none that can be answered. */
interface AskedNow extends Omit<LiveQuestion, 'plan'> {
  readonly metric: Metric;
  readonly question: PathQuestion;
}

/**
 * Returns the question of a path with the period under way: a range then ends now, and a list is the one of today.
 * @returns undefined if no such period is counted
 */
export function liveQuestion(road: Road, path: string, clock: Clock): LiveQuestion | undefined {
  const asked = askedNow(road, path, clock);
  const plan = asked && unlessProblem(() => road.plan(asked.question));
  return plan?.open && { plan, path: asked?.path ?? path, query: asked?.query ?? '' };
}

/** Returns the question of a path like `liveQuestion`, if it has no rows only because no view of its site has come yet. */
export function awaitedQuestion(
  road: Road,
  path: string,
  clock: Clock,
  mayCome: MayCome,
): Waiting | undefined {
  const asked = askedNow(road, path, clock);
  if (!asked) return undefined;
  const { metric, question } = asked;
  try {
    road.plan(question);
    return undefined;
  } catch (error) {
    const sites = question.where[metric.scope[0] ?? ''] ?? [];
    if (!(error instanceof Problem) || !isAwaited(error, metric, sites, mayCome)) return undefined;
  }
  const { period } = question;
  const grain = ('granularity' in period && grainIn(metric, period.granularity)) || 'daily';
  return { metric, grain, measure: firstMeasure(metric), url: urlOfLive(asked) };
}

function askedNow(road: Road, path: string, clock: Clock): AskedNow | undefined {
  const target = pathsOf(road.catalogue).find(path);
  if (target?.kind !== 'metric') return undefined;
  const { metric } = target;
  const isList = metric.shape.kind === 'top';
  if (isList && !hasDays(metric)) return undefined;
  const parameters = { ...target.parameters, ...(isList ? listOfToday(clock) : { end: NOW }) };
  const question = questionOf({ ...target, parameters }, isList ? { live: 'true' } : {});
  return { metric, question, path: filledPath(metric, parameters), query: isList ? LIVE : '' };
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

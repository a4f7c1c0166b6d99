import { metricIn } from '../metric/catalogue.ts';
import { invalidParameter, type Problem } from '../problem.ts';
import { asOfAsked } from './as-of.ts';
import { askedOf } from './conditions.ts';
import {
  isCountable,
  isOpenGrain,
  liveAsked,
  NOTHING_COLLECTED,
  ONLY_FINE,
  opened,
  openIn,
  refuseLive,
} from './live.ts';
import type { PathPlan, Plan, PlanContext, Route, RowsPlan } from './plan.ts';
import { planRows } from './plan-rows.ts';
import { planSeries, planTop } from './plan-series.ts';
import type { PathQuestion, Question, RowsQuestion } from './question.ts';

/**
 * Turns a question into a plan. Pure: the same question, catalogue, states and time give the same plan.
 * @throws Problem for every mistake that a caller can make, and for a path without loaded data; a /query
 * question then gets a plan whose `reason` says why it has no rows
 */
export function plan(question: RowsQuestion, context: PlanContext): RowsPlan;
export function plan(question: PathQuestion, context: PlanContext): PathPlan;
export function plan(question: Question, context: PlanContext): Plan;
export function plan(question: Question, context: PlanContext): Plan {
  const asOf = asOfAsked(question.options, context.clock);
  const live = liveAsked(question);
  if (live) return planLive(question, context, live);
  if (!asOf) return planNow(question, context);
  const { at, relative } = asOf;
  const stateOf: PlanContext['stateOf'] = (metric, route) => context.stateOf(metric, route, at);
  return { ...planAt(question, { ...context, stateOf }, at), relative };
}

/**
 * Turns a question into the plan of its answer at an earlier time.
 * @param context with the states of then
 * @param at in ms since 1970; a time such as -30d is meant as it was then
 * @throws as `plan`
 */
export function planAt(question: Question, context: PlanContext, at: number): Plan {
  const made = planNow(question, { ...context, clock: { now: () => at }, asOf: at });
  return made.kind === 'rows' ? rowsThen(made, at) : { ...made, ...then(made, at) };
}

/** What a plan of an earlier time has: the version of its table that was live then. */
function then(made: Plan, at: number): Pick<Plan, 'key'> & Required<Pick<Plan, 'asOf'>> {
  return { asOf: { at, version: made.state.version }, key: `${made.key}\0${at}` };
}

/** A plan of rows of an earlier time. The metrics that it divides by are read as they were then, too. */
function rowsThen(made: RowsPlan, at: number): RowsPlan {
  const past = then(made, at);
  const { series, analysis } = made;
  return {
    ...made,
    ...past,
    series: series.map((read) => ({ ...read, asOf: past.asOf })),
    analysis: analysis && { ...analysis, divisors: analysis.divisors.map((one) => rowsThen(one, at)) },
  };
}

/** Plans a question for closed and open periods. Its cache key is apart from that of the closed ones. */
function planLive(question: Question, context: PlanContext, live: 'option' | 'end'): Plan {
  const { counting, stateOf } = context;
  const metric = metricIn(context.catalogue, question.metric, 'metric');
  if (live === 'option') refuseLive(metric);
  const closedOnly = (why: string): Plan => {
    const made = planNow(question, context);
    return { ...made, notCounted: why, relative: true, closed: false, key: `${made.key}\0${why}` };
  };
  if (!counting || 'why' in counting) {
    const isMissed = live === 'option' || (counting !== undefined && isCountable(metric));
    return isMissed ? closedOnly(counting?.why ?? NOTHING_COLLECTED) : planNow(question, context);
  }
  const openedIn = (route: Route) => opened(metric, stateOf(metric, route), counting);
  const made = planNow(question, {
    ...context,
    // What it is divided by has closed periods only.
    stateOf: (one, route) => (one === metric ? openedIn(route).state : stateOf(one, route)),
    closedState: stateOf,
  });
  // Of a week that has an open day, nothing is known to be whole.
  if (!isOpenGrain(made)) return live === 'option' ? closedOnly(ONLY_FINE) : planNow(question, context);
  const open = openIn(made, openedIn(made.route));
  const openly = { relative: true, closed: false, key: `${made.key}\0live`, ...(open && { open }) };
  if (made.kind !== 'rows') return { ...made, ...openly };
  if (open && made.analysis?.divisors.length) throw closedOnlyRatio(live);
  return { ...made, ...openly, series: made.series.map((read) => ({ ...read, ...(open && { open }) })) };
}

/** A number of an open period has nothing to be divided by. */
function closedOnlyRatio(live: 'option' | 'end'): Problem {
  return live === 'option'
    ? invalidParameter(
        'live',
        'Ratios of two metrics are those of closed periods: leave out live. See docs/query.md#ratios-of-two-metrics.',
        ['false'],
      )
    : invalidParameter(
        'range.end',
        'Ratios of two metrics are those of closed periods: end the range at latest. See docs/query.md#ratios-of-two-metrics.',
        ['latest'],
      );
}

function planNow(question: Question, context: PlanContext): Plan {
  const metric = metricIn(context.catalogue, question.metric, 'metric');
  const asked = askedOf(metric, question);
  if (question.rows) return planRows(question, metric, asked, context);
  const state = context.stateOf(metric, metric.home);
  const history = context.historyOf?.(metric);
  const begun = { question, metric, route: metric.home, state, asked, history };
  if (metric.shape.kind === 'top') return planTop(begun);
  const closed = context.closedState?.(metric, metric.home);
  return planSeries(begun, context.clock, closed);
}

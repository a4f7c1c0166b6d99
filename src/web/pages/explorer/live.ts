import type { Answer } from '../../../core/question/answer.ts';
import type { PathPlan } from '../../../core/question/plan.ts';
import { unlessProblem } from '../../../core/problem.ts';
import { NOW } from '../../../core/question/periods.ts';
import type { Clock } from '../../../core/time/time.ts';
import type { Road } from '../../../read/road.ts';
import type { Html } from '../../html.ts';
import { liveCounter } from '../../live-counter.ts';
import { liveSwitch as liveSwitchTo } from '../../live-part.ts';
import { listOfToday } from '../../live-question.ts';
import { grainIn } from './range.ts';
import { isLive, pathIn, questionIn, urlOf, withParameters, type ExplorerState } from './state.ts';

/** The ranges that are shown live if the shown one has no open periods, the finest first. */
const RANGES = [
  { granularity: 'hourly', start: '-1d' },
  { granularity: 'daily', start: '-30d' },
] as const;

/** The switch between closed periods and those under way too; nothing where none are counted. */
export function liveSwitch(road: Road, state: ExplorerState, clock: Clock): Html | false {
  if (isLive(state)) return liveSwitchTo(urlOf(closed(state)), true);
  const live = liveStates(state, clock).find((one) => isCounted(road, one));
  return live !== undefined && liveSwitchTo(urlOf(live), false);
}

/** The counter of a live state. */
export function counterIn(state: ExplorerState, plan: PathPlan, answer: Answer): Html | false {
  if (!isLive(state)) return false;
  return liveCounter(plan, answer, state.measure, liveUrl(state));
}

/** Where a live state can be followed. */
export function liveUrl(state: ExplorerState): string {
  return `/metrics${pathIn(state)}${state.live ? '?live=true' : ''}`;
}

/** The states that may show the same live, the nearest first. */
export function liveStates(state: ExplorerState, clock: Clock): ExplorerState[] {
  const { metric, parameters } = state;
  if (metric.shape.kind === 'top') {
    if (!metric.grains.daily) return [];
    return [{ ...withParameters(state, listOfToday(clock)), live: true }];
  }
  const grain = grainIn(metric, parameters.granularity);
  return [
    ...(RANGES.some(({ granularity }) => granularity === grain) ? [withParameters(state, { end: NOW })] : []),
    ...RANGES.filter(({ granularity }) => metric.grains[granularity]).map((range) =>
      withParameters(state, { ...range, end: NOW }),
    ),
  ];
}

function isCounted(road: Road, state: ExplorerState): boolean {
  return unlessProblem(() => road.plan(questionIn(state)))?.open !== undefined;
}

/** The same, up to the newest complete period. */
function closed(state: ExplorerState): ExplorerState {
  if (state.metric.shape.kind !== 'top') return { ...withParameters(state, { end: 'latest' }), live: false };
  // Which list is the newest is found out when it is asked for.
  const { year: _year, month: _month, day: _day, ...others } = state.parameters;
  return { ...state, parameters: others, live: false };
}

import type { Catalogue } from '../../core/metric/catalogue.ts';
import { coverageOfMembers, seriesAsked } from '../../core/question/groups.ts';
import { suggestion, nearest } from '../../core/value/nearest.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { invalidParameter, Problem, type NotFoundReason } from '../../core/problem.ts';
import type { PathQuestion } from '../../core/question/question.ts';
import { DAY_MS, HOUR_MS, ordinalAt, startOf, type Grain } from '../../core/time/time.ts';
import { hasDays, topPeriodFields } from '../../core/question/top-period.ts';
import type { Road } from '../../read/road.ts';
import { amountAt, instantAt, listAt, objectAt, optionalTextAt } from './body.ts';
import { whyNothing, type NothingFound } from './notices.ts';
import { grainsOf, targetOf, type Filters, type Target } from './payload.ts';

/** The request of a panel: some targets over one range. */
export interface Panel {
  /** The range, in ms since 1970. It doesn't include `to`. */
  readonly from: number;
  readonly to: number;
  /** The minimum distance of its points, in ms. */
  readonly step: number;
  readonly targets: readonly Target[];
}

/** The approximate length of a period of each grain, in ms. */
const LENGTHS: Readonly<Record<Grain, number>> = {
  hourly: HOUR_MS,
  daily: DAY_MS,
  weekly: 7 * DAY_MS,
  monthly: 30 * DAY_MS,
  yearly: 365 * DAY_MS,
};

/** The maximum number of queries of a panel: each is planned, whether it has data or not. */
const MAX_TARGETS = 100;

/** Reads the body of `/query`. @throws Problem that names the wrong member */
export function panelOf(catalogue: Catalogue, body: unknown): Panel {
  const request = objectAt(body, 'body');
  const range = objectAt(request['range'], 'range');
  const from = instantAt(range['from'], 'range.from');
  const until = instantAt(range['to'], 'range.to');
  if (until < from) throw invalidParameter('range.to', 'The range ends before it starts.');
  const to = Math.max(until, from + 1);
  const filters = filtersOf(request['filters']);
  const targets = listAt(request['targets'], 'targets');
  if (targets.length > MAX_TARGETS)
    throw invalidParameter(
      'targets',
      `The panel has more than ${MAX_TARGETS} queries.`,
      `at most ${MAX_TARGETS}`,
    );
  const points = amountAt(request['maxDataPoints'], 'maxDataPoints');
  const interval = amountAt(request['intervalMs'], 'intervalMs');
  return {
    from,
    to,
    step: Math.max(interval, points > 0 ? (to - from) / points : 0),
    targets: targets.flatMap((target, i) => {
      const place = `targets[${i}]`;
      return targetOf(catalogue, objectAt(target, place), place, filters) ?? [];
    }),
  };
}

/** Reads ad hoc filters. Each has one value of a dimension. */
function filtersOf(value: unknown): Filters {
  if (value === undefined || value === null) return new Map();
  return new Map(
    listAt(value, 'filters').map((one, i) => {
      const place = `filters[${i}]`;
      const filter = objectAt(one, place);
      if (filter['operator'] !== '=')
        throw invalidParameter(`${place}.operator`, 'Filters can only use =.', ['=']);
      const key = optionalTextAt(filter['key'], `${place}.key`) ?? '';
      return [key, optionalTextAt(filter['value'], `${place}.value`) ?? ''] as const;
    }),
  );
}

/**
 * Returns the plan of a target, with the grain that it names. If it names none, the plan has the finest grain
 * whose periods aren't closer than the panel's step, or the next one if that has no data.
 * @returns the reason for no rows, if it is known before anything is read
 * @throws Problem for mistakes in the target
 */
export function planTarget(road: Road, panel: Panel, target: Target): PathPlan | NothingFound {
  let refusal: Problem | undefined;
  let why: NothingFound = { reason: 'not-loaded' };
  for (const grain of grainsFor(panel, target)) {
    try {
      const period = periodOf(road, panel, target, grain);
      if (typeof period === 'object')
        return road.plan({ metric: target.metric.name, where: target.where, period, options: {} });
      if (period !== 'not-loaded') why = { reason: period };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'not-found') {
        // The reason for the best grain is kept, unless another grain is loaded.
        if (why.hint === undefined || error.members.reason !== 'not-loaded') why = whyNothing(error);
        continue;
      }
      if (error.code !== 'invalid-range') throw named(target, error);
      refusal ??= error;
    }
  }
  if (refusal) throw named(target, refusal);
  return why;
}

/** Adds the name of the panel's query to a problem. */
function named({ refId }: Target, { code, message, members }: Problem): Problem {
  return new Problem(code, refId === '' ? message : `Query ${refId}: ${message}`, members);
}

/** Returns the grains to try, the best first. */
function grainsFor({ from, to, step }: Panel, { metric, granularity }: Target): readonly string[] {
  if (granularity !== undefined) return [granularity];
  const grains = grainsOf(metric);
  // One list is shown: a monthly one if the range is at least a month long.
  const apart = metric.shape.kind === 'top' ? (to - from >= LENGTHS.monthly ? to - from : 0) : step;
  const coarser = grains.filter((grain) => LENGTHS[grain] >= apart);
  const finer = grains.filter((grain) => LENGTHS[grain] < apart).reverse();
  return [...coarser, ...finer];
}

function periodOf(
  road: Road,
  { from, to }: Panel,
  target: Target,
  granularity: string,
): PathQuestion['period'] | NotFoundReason {
  const { metric } = target;
  const grain = grainsOf(metric).find((one) => one === granularity);
  if (!grain)
    throw invalidParameter(
      'granularity',
      `${metric.name} has no granularity ${granularity}${suggestion(nearest(granularity, grainsOf(metric)))}`,
      grainsOf(metric),
    );
  if (metric.shape.kind === 'top') return topPeriod(road, { from, to }, target, grain);
  const first = startOf(grain, ordinalAt(grain, from));
  const until = startOf(grain, ordinalAt(grain, to - 1) + 1);
  const unit = grain === 'hourly' ? HOUR_MS : DAY_MS;
  const end = metric.range.end === 'inclusive' ? until - unit : until;
  return { granularity, start: digitsOf(first), end: digitsOf(end) };
}

/** Returns the period of the newest loaded list in the range. */
function topPeriod(
  road: Road,
  { from, to }: Pick<Panel, 'from' | 'to'>,
  { metric, where }: Target,
  grain: Grain,
): PathQuestion['period'] | NotFoundReason {
  const members = seriesAsked(metric, { where });
  const coverage = coverageOfMembers(metric, road.watch.stateOf(metric), grain, members);
  const last = ordinalAt(grain, to - 1);
  const interval = coverage.findLast(({ first }) => first <= last);
  if (!interval) return coverage.length > 0 ? 'outside-coverage' : 'not-loaded';
  const ordinal = Math.min(interval.last, last);
  if (ordinal < ordinalAt(grain, from)) return 'outside-coverage';
  const { year, month, day } = topPeriodFields({ grain, ordinal });
  return { year, month, ...(hasDays(metric) ? { day } : {}) };
}

/** Formats a time as YYYYMMDDHH, which every family accepts. */
function digitsOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '').slice(0, 10);
}

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

/** What a panel asks for: some targets over one range. */
export interface Panel {
  /** Instants in ms since 1970; the range is up to but without `to`. */
  readonly from: number;
  readonly to: number;
  /** How far apart its points should be, at least, in ms. */
  readonly step: number;
  readonly targets: readonly Target[];
}

/** How long a period of a grain is about, in ms. */
const LENGTHS: Readonly<Record<Grain, number>> = {
  hourly: HOUR_MS,
  daily: DAY_MS,
  weekly: 7 * DAY_MS,
  monthly: 30 * DAY_MS,
  yearly: 365 * DAY_MS,
};

/** The most queries that a panel has: each is planned, whether it has data or not. */
const MAX_TARGETS = 100;

/** Reads the body of /query. @throws Problem naming what is wrong with it */
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

/** Ad hoc filters: one value of a dimension each. */
function filtersOf(value: unknown): Filters {
  if (value === undefined || value === null) return new Map();
  return new Map(
    listAt(value, 'filters').map((one, i) => {
      const place = `filters[${i}]`;
      const filter = objectAt(one, place);
      if (filter['operator'] !== '=')
        throw invalidParameter(`${place}.operator`, 'Filters compare by = only.', ['=']);
      const key = optionalTextAt(filter['key'], `${place}.key`) ?? '';
      return [key, optionalTextAt(filter['value'], `${place}.value`) ?? ''] as const;
    }),
  );
}

/**
 * The plan of a target: of the grain that it names, else of the finest whose periods aren't closer than
 * the panel's step, else of the next one that has data.
 * @returns why there are no rows, where that is known before anything is read
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
        // What is said of the grain that suits best counts, unless another one is loaded.
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

/** Says which of a panel's queries is wrong. */
function named({ refId }: Target, { code, message, members }: Problem): Problem {
  return new Problem(code, refId === '' ? message : `Query ${refId}: ${message}`, members);
}

/** The grains to try, the one that suits best first. */
function grainsFor({ from, to, step }: Panel, { metric, granularity }: Target): readonly string[] {
  if (granularity !== undefined) return [granularity];
  const grains = grainsOf(metric);
  // A list is one a period: that of the month where the range has months.
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

/** The newest list that lies in the range, of those that were loaded. */
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

/** YYYYMMDDHH, which every family takes. */
function digitsOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '').slice(0, 10);
}

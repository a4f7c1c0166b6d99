import { cover } from '../time/coverage.ts';
import { VIEW_EVENTS } from '../metric/view-events.ts';
import type { Metric } from '../metric/metric.ts';
import { invalidParameter } from '../problem.ts';
import { hasOtherSource, type TableState } from '../time/table-state.ts';
import { type Grain, HOUR_MS, intersect, type Ordinal, ordinalAt, refine } from '../time/time.ts';
import { scopesOf } from './conditions.ts';
import type { Counting, OpenPeriods } from './counting.ts';
import { NOW } from './periods.ts';
import type { Plan } from './plan.ts';
import type { Question } from './question.ts';

/*
 * Open periods: hours and days that aren't closed yet. Their numbers are counted from the events that came, if a
 * question asks for them. Then the coverage of the collected projects reaches to the present; everything else is
 * planned as ever.
 */

/** The grains whose open periods are counted. */
const OPEN_GRAINS = ['hourly', 'daily'] as const;
/** At most so long before the present are periods counted; numbers that are made later than that are missing until then. */
const MOST_OPEN: Readonly<Record<(typeof OPEN_GRAINS)[number], number>> = { hourly: 48, daily: 2 };

/** Whether a question asks for open periods: by its option, or by its end. @throws Problem */
export function liveAsked({ options, period }: Question): 'option' | 'end' | undefined {
  const { live, asOf } = options;
  if (live !== undefined && !['', 'true', 'false'].includes(live))
    throw invalidParameter('live', 'live should be true or false.', ['true', 'false']);
  const isAsked = live === '' || live === 'true';
  if (isAsked && asOf !== undefined)
    throw invalidParameter(
      'live',
      'live asks for the present, and asOf for an earlier time: only one can be had.',
    );
  if (live === 'false' || asOf !== undefined) return undefined;
  if (isAsked) return 'option';
  return 'end' in period && period.end === NOW ? 'end' : undefined;
}

/** The grains of a metric whose open periods can be counted. */
function openGrains({ aggregate, grains, scope }: Metric): readonly (typeof OPEN_GRAINS)[number][] {
  if (aggregate?.source !== VIEW_EVENTS || scope.length !== 1) return [];
  return OPEN_GRAINS.filter((grain) => grains[grain] && (aggregate.grains?.includes(grain) ?? true));
}

export const NOTHING_COLLECTED =
  'Open periods are counted only by a gateway with an event log (KRAKEN_COLLECT, or KRAKEN_EVENT_LOG).';

/** Whether a metric has open periods that can be counted. */
export function isCountable(metric: Metric): boolean {
  return openGrains(metric).length > 0;
}

export const ONLY_FINE =
  'Open periods are counted of hours and days; weeks, months and years are answered when they are over.';

/** Whether the open periods of a plan's grain are counted. */
export function isOpenGrain({ metric, span, source }: Pick<Plan, 'metric' | 'span' | 'source'>): boolean {
  return span.grain === source && openGrains(metric).some((grain) => grain === source);
}

/** @throws Problem if a metric has no open periods */
export function refuseLive(metric: Metric): void {
  if (isCountable(metric)) return;
  throw invalidParameter(
    'live',
    `${metric.name} has no open periods: only hours and days of the page views that Kraken collects are counted while they come in.`,
    ['false'],
  );
}

/** A table whose coverage reaches to the present. */
export interface Opened {
  /** Its periods after the closed ones are incomplete. */
  readonly state: TableState;
  /** The first open period of each project that is counted, by grain. All reach to the present. */
  readonly firsts: ReadonlyMap<Grain, ReadonlyMap<string, Ordinal>>;
  readonly revision: number;
}

/** Tables that nothing was loaded into have one state, so the metric counts as well. */
type OfMetrics = WeakMap<Metric, { readonly of: TableState; readonly opened: Opened }[]>;
const known = new WeakMap<Counting, OfMetrics>();

/** Opens a table: its coverage then reaches to the present. It is done once for each metric, state and counting. */
export function opened(metric: Metric, state: TableState, counting: Counting): Opened {
  const ofMetrics: OfMetrics = known.get(counting) ?? new WeakMap();
  known.set(counting, ofMetrics);
  // A metric has a state in each of the two engines, and another one after a change.
  const ofMetric = ofMetrics.get(metric) ?? [];
  const found = ofMetric.find(({ of }) => of === state);
  if (found) return found.opened;
  const made = makeOpened(metric, state, counting);
  ofMetrics.set(metric, [...ofMetric, { of: state, opened: made }]);
  return made;
}

function makeOpened(metric: Metric, state: TableState, { asOfMs, revision, firstHours }: Counting): Opened {
  const coverage = new Map(state.coverage);
  const firsts = new Map<Grain, ReadonlyMap<string, Ordinal>>();
  // A project whose numbers come from elsewhere keeps them, even if its views are collected.
  const counted = [...firstHours].filter(([project]) => !hasOtherSource(state, project));
  for (const grain of openGrains(metric)) {
    const scopes = new Map(state.coverage.get(grain));
    const last = ordinalAt(grain, asOfMs);
    const open = new Map<string, Ordinal>();
    for (const [project, hour] of counted) {
      const closed = scopes.get(project) ?? [];
      const after = closed.at(-1)?.last ?? ordinalAt(grain, hour * HOUR_MS) - 1;
      const first = Math.max(after + 1, last - MOST_OPEN[grain] + 1);
      if (first > last) continue;
      open.set(project, first);
      scopes.set(project, cover(closed, { first, last, complete: false }));
    }
    if (open.size === 0) continue;
    coverage.set(grain, scopes);
    firsts.set(grain, open);
  }
  return { state: { ...state, coverage }, firsts, revision };
}

/** Returns the open periods that a plan reads; undefined if it reads none. */
export function openIn(
  { metric, asked, span, source }: Pick<Plan, 'metric' | 'asked' | 'span' | 'source'>,
  { state, firsts, revision }: Opened,
): OpenPeriods | undefined {
  const open = firsts.get(source);
  if (!open) return undefined;
  const scopes = scopesOf(metric, asked, state, source)
    .map(({ values: [project = ''] }) => project)
    .filter((project) => open.has(project));
  if (scopes.length === 0) return undefined;
  const first = Math.min(...scopes.map((project) => open.get(project) as Ordinal));
  const read = intersect(refine(span, source), { first, last: Infinity });
  return read.first > read.last ? undefined : { first: read.first, last: read.last, revision, scopes };
}

import type { Coverage } from '../../../core/time/coverage.ts';
import { hullOf } from '../../../core/time/coverage.ts';
import { readGrain, type Metric, dimensionOf } from '../../../core/metric/metric.ts';
import { grainOfPath } from '../../../core/metric/path-parameters.ts';
import { latestOfGrain } from '../../../core/question/periods.ts';
import { coverageOf, type TableState, valuesOfScope } from '../../../core/time/table-state.ts';
import {
  DAY_MS,
  formatDate,
  GRAINS,
  lengthOf,
  ordinalAt,
  startOf,
  type Clock,
  type Grain,
  type Ordinal,
  type Span,
} from '../../../core/time/time.ts';
import { valuesIn } from './state.ts';
import { ownOnly } from '../../../core/value/named.ts';

/** A range, as a URL has it. */
export interface Dates {
  readonly start: string;
  readonly end: string;
}

/** The grain of this name, where the metric has it; that of its path, where none is named. */
export function grainIn(metric: Metric, granularity: string | undefined): Grain | undefined {
  const name = grainOfPath(metric) ?? granularity?.toLowerCase();
  const grain = GRAINS.find((known) => known === name);
  return grain && metric.grains[grain] ? grain : undefined;
}

/** What was loaded of the scopes that the parameters name; of all scopes where they don't name any. */
export function loadedOf(
  metric: Metric,
  parameters: Readonly<Record<string, string>>,
  state: TableState,
  grain: Grain,
): Coverage {
  const wanted = metric.scope.map((name) => {
    const normalise = dimensionOf(metric, name)?.normalise ?? ((value: string) => value);
    return new Set(
      valuesIn({ parameters: ownOnly({ ...parameters, ...metric.fixed }) }, name).map(normalise),
    );
  });
  if (wanted.some(({ size }) => size === 0)) return coverageOf(state, grain, undefined);
  const scopes = [...(state.coverage.get(grain)?.keys() ?? [])].filter((key) => {
    const values = valuesOfScope(key);
    return wanted.every((set, i) => set.has(values[i] as string));
  });
  return coverageOf(state, grain, scopes);
}

/** From the first period of a grain that can be asked for to the last; undefined where nothing was loaded. */
export function extentOf(metric: Metric, grain: Grain, coverage: Coverage): Span | undefined {
  const hull = hullOf(coverage);
  const last = latestOfGrain(metric, grain, coverage);
  if (!hull || last === undefined) return undefined;
  const first = ordinalAt(grain, startOf(readGrain(metric, grain), hull.first));
  return { grain, first: Math.min(first, last), last };
}

/** A range that many want. */
export interface Preset {
  readonly label: string;
  readonly dates: Dates;
}

const DAYS: readonly [label: string, relative: string, days: number][] = [
  ['7 days', '-7d', 7],
  ['30 days', '-30d', 30],
  ['90 days', '-90d', 90],
  ['1 year', '-1y', 365],
  ['2 years', '-2y', 730],
  ['5 years', '-5y', 1826],
];
const EVERYTHING = 'Everything';
/** What is shown unless a range is asked for. */
const SHOWN = {
  hourly: '7 days',
  daily: '90 days',
  weekly: '1 year',
  monthly: '2 years',
  yearly: EVERYTHING,
} as const;
/** Periods that anybody looks at at once. */
const FEWEST_PERIODS = 3;
const MAX_PERIODS = 10_000;

/**
 * Ranges up to the newest period; relative to today where the data reach so far, so that the link
 * stays true.
 */
export function presetsOf(metric: Metric, { grain, first, last }: Span, clock: Clock): Preset[] {
  const longest = (metric.range.maxDays ?? Infinity) * DAY_MS;
  const isAllowed = (from: Ordinal): boolean =>
    last - from < MAX_PERIODS && startOf(grain, last) - startOf(grain, from) <= longest;
  const until = startOf(grain, last + 1);
  const length = until - startOf(grain, last);
  const age = clock.now() - until;
  const isFresh = age > -length && age < 3 * length;
  const presets = DAYS.flatMap(([label, relative, days]): Preset[] => {
    const from = ordinalAt(grain, until - days * DAY_MS + 1);
    if (from <= first || last - from + 1 < FEWEST_PERIODS || !isAllowed(from)) return [];
    return [{ label, dates: { start: isFresh ? relative : startDate(metric, grain, from), end: 'latest' } }];
  });
  if (!isAllowed(first)) return presets;
  return [
    ...presets,
    { label: EVERYTHING, dates: { start: startDate(metric, grain, first), end: 'latest' } },
  ];
}

/** The range that is shown unless one is asked for: the newest periods, and those to come. */
export function defaultDates(metric: Metric, extent: Span, clock: Clock): Dates {
  const presets = presetsOf(metric, extent, clock);
  const { grain, last } = extent;
  const preset = presets.find(({ label }) => label === SHOWN[grain]) ?? presets.at(-1);
  return preset?.dates ?? { start: startDate(metric, grain, last), end: 'latest' };
}

/** The start that a range has whose first period is this one. */
function startDate({ range }: Metric, grain: Grain, first: Ordinal): string {
  const unit = grain === 'hourly' ? 'hourly' : 'daily';
  const ordinal = ordinalAt(unit, startOf(grain, first));
  return formatDate(unit, range.start === 'exclusive' ? ordinal - 1 : ordinal);
}

/** The start and end that name just these periods, by the rule of the metric's family. */
export function datesOf(metric: Metric, { grain, first, last }: Span): Dates {
  const unit = grain === 'hourly' ? 'hourly' : 'daily';
  const start = startDate(metric, grain, first);
  if (grain === 'monthly' && metric.range.months === 'as stored') {
    return { start, end: formatDate(unit, ordinalAt(unit, startOf(grain, last))) };
  }
  const after = ordinalAt(unit, startOf(grain, last + 1));
  return { start, end: formatDate(unit, metric.range.end === 'exclusive' ? after : after - 1) };
}

/** As many periods before a span. */
export function spanBefore(span: Span): Span {
  const length = lengthOf(span);
  return { ...span, first: span.first - length, last: span.first - 1 };
}

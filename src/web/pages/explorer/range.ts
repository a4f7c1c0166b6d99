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

/** A range in the spelling of a URL. */
export interface Dates {
  readonly start: string;
  readonly end: string;
}

/** Returns the grain with this name, if the metric has it. If the metric's path has a fixed grain, returns that. */
export function grainIn(metric: Metric, granularity: string | undefined): Grain | undefined {
  const name = grainOfPath(metric) ?? granularity?.toLowerCase();
  const grain = GRAINS.find((known) => known === name);
  return grain && metric.grains[grain] ? grain : undefined;
}

/** Returns the coverage of the scopes that the parameters name, or of all scopes if they name none. */
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

/** Returns the first and last available period of a grain; undefined if nothing is loaded. */
export function extentOf(metric: Metric, grain: Grain, coverage: Coverage): Span | undefined {
  const hull = hullOf(coverage);
  const last = latestOfGrain(metric, grain, coverage);
  if (!hull || last === undefined) return undefined;
  const first = ordinalAt(grain, startOf(readGrain(metric, grain), hull.first));
  return { grain, first: Math.min(first, last), last };
}

/** A common range. */
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
/** The preset that is the default range of each grain. */
const DEFAULT_PRESETS = {
  hourly: '7 days',
  daily: '90 days',
  weekly: '1 year',
  monthly: '2 years',
  yearly: EVERYTHING,
} as const;
/** The minimum and maximum number of periods of a preset. */
const MIN_PERIODS = 3;
const MAX_PERIODS = 10_000;

/**
 * Returns ranges up to the newest period. If the data is up to date, they are relative to today, so that the
 * link stays valid.
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
    if (from <= first || last - from + 1 < MIN_PERIODS || !isAllowed(from)) return [];
    return [{ label, dates: { start: isFresh ? relative : startDate(metric, grain, from), end: 'latest' } }];
  });
  if (!isAllowed(first)) return presets;
  return [
    ...presets,
    { label: EVERYTHING, dates: { start: startDate(metric, grain, first), end: 'latest' } },
  ];
}

/** Returns the default range. It ends with `latest`, so that its URL always shows the newest periods. */
export function defaultDates(metric: Metric, extent: Span, clock: Clock): Dates {
  const presets = presetsOf(metric, extent, clock);
  const { grain, last } = extent;
  const preset = presets.find(({ label }) => label === DEFAULT_PRESETS[grain]) ?? presets.at(-1);
  return preset?.dates ?? { start: startDate(metric, grain, last), end: 'latest' };
}

/** Returns the start of a range whose first period is this one. */
function startDate({ range }: Metric, grain: Grain, first: Ordinal): string {
  const unit = grain === 'hourly' ? 'hourly' : 'daily';
  const ordinal = ordinalAt(unit, startOf(grain, first));
  return formatDate(unit, range.start === 'exclusive' ? ordinal - 1 : ordinal);
}

/** Returns the start and end that name exactly these periods, by the rules of the metric's family. */
export function datesOf(metric: Metric, { grain, first, last }: Span): Dates {
  const unit = grain === 'hourly' ? 'hourly' : 'daily';
  const start = startDate(metric, grain, first);
  if (grain === 'monthly' && metric.range.months === 'as stored') {
    return { start, end: formatDate(unit, ordinalAt(unit, startOf(grain, last))) };
  }
  const after = ordinalAt(unit, startOf(grain, last + 1));
  return { start, end: formatDate(unit, metric.range.end === 'exclusive' ? after : after - 1) };
}

/** Returns the span of the same length before a span. */
export function spanBefore(span: Span): Span {
  const length = lengthOf(span);
  return { ...span, first: span.first - length, last: span.first - 1 };
}

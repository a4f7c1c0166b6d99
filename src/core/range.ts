import { covers, latestOf, type Coverage } from './coverage.ts';
import { whyNoSums } from './additive.ts';
import { readGrain, type Metric } from './metric.ts';
import { didYouMean } from './nearest.ts';
import { grainOfPath } from './path-parameters.ts';
import { invalidParameter, Problem } from './problem.ts';
import type { RangeText } from './question.ts';
import { shortened } from './value-list.ts';
import {
  formatDate,
  GRAINS,
  lengthOf,
  ordinalAt,
  parseTimestamp,
  refine,
  startOf,
  touchedPeriods,
  wholePeriods,
  DAY_MS,
  HOUR_MS,
  type Clock,
  type Grain,
  type Ordinal,
  type Span,
} from './time.ts';

const DATES = 'YYYYMMDDHH, YYYY-MM-DD, a time before now such as -30d (h, d, w, m, y), or latest';

/** The grain that a question asks for. */
export function grainOf(metric: Metric, granularity = grainOfPath(metric) ?? ''): Grain {
  const grain = GRAINS.find((known) => known === granularity.toLowerCase());
  if (grain && metric.grains[grain]) return grain;
  const allowed = GRAINS.filter((known) => metric.grains[known]);
  const hint =
    grain === undefined
      ? didYouMean(granularity, allowed)
      : `${metric.name} has no ${grain} numbers; it has ${allowed.join(', ')} ones.${whyNot(metric, grain)}`;
  if (grain === 'hourly' && metric.range.hourly === 'invalid route') {
    throw new Problem('no-route', 'invalid route', { parameter: 'granularity', allowed, hint });
  }
  throw invalidParameter(
    'granularity',
    `Invalid granularity: it should be one of ${allowed.join(', ')}`,
    allowed,
    hint,
  );
}

/** Why there are no weeks or years, where they would be sums of what is stored. */
function whyNot(metric: Metric, grain: Grain): string {
  const { daily, monthly } = metric.grains;
  const isSum = grain === 'weekly' ? daily : grain === 'yearly' && monthly;
  const why = isSum ? whyNoSums(metric) : undefined;
  return why === undefined ? '' : ` ${why}.`;
}

/** What a start or end names: from an instant up to but without another one. */
interface Interval {
  readonly from: number;
  readonly until: number;
  /** `latest` belongs to the range, also where the end is exclusive. */
  readonly latest: boolean;
}

/**
 * The periods that a question asks for, before they are clipped to what is there.
 * @param coverages those of the scopes asked for, which `latest` is taken from
 * @throws Problem with AQS's words where start and end make no range
 */
export function spanOf(
  metric: Metric,
  grain: Grain,
  text: RangeText,
  coverages: readonly Coverage[],
  clock: Clock,
): Span {
  const strict = metric.range.hour === 'always' || grain === 'hourly';
  const bound = (name: 'start' | 'end'): Interval => {
    if (text[name] === 'latest') return latestPeriod(metric, grain, coverages) ?? NEVER;
    const relative = relativeTo(clock, text[name]);
    const ms = relative ?? (mayBe(text[name], strict) ? parseTimestamp(text[name]) : undefined);
    if (ms === undefined) {
      const format = strict ? 'YYYYMMDDHH' : 'YYYYMMDD';
      throw invalidParameter(
        name,
        `${name} timestamp is invalid, must be a valid date in ${format} format`,
        strict ? DATES : `YYYYMMDD, ${DATES}`,
        `${shortened(text[name]) || 'Nothing'} is no date: write one such as ${strict ? '2024-03-01 or 2024030105' : '2024-03-01'}, -30d or latest.`,
      );
    }
    const unit = grain === 'hourly' ? HOUR_MS : DAY_MS;
    const from = Math.floor(ms / unit) * unit;
    return { from, until: from + unit, latest: false };
  };
  const start = bound('start');
  const end = bound('end');
  if (start === NEVER || end === NEVER) return { grain, first: 0, last: -1 };
  const until = metric.range.end === 'inclusive' || end.latest ? end.until : end.from;
  if (start.from > end.from || until <= start.from) {
    // Dates that stand for others are told: whoever wrote them can't see that they cross.
    const isMeant = isRelative(text.start) || isRelative(text.end);
    const day = ({ from }: Interval): string => formatDate('daily', ordinalAt('daily', from));
    const hint = `Here ${text.start} is ${day(start)}, and ${text.end} is ${day(end)}; latest is the newest period that is loaded, but for one that is under way.`;
    throw new Problem('invalid-range', 'start timestamp should be before the end timestamp', {
      parameter: 'start',
      ...(isMeant ? { hint } : {}),
    });
  }
  const { maxDays } = metric.range;
  if (maxDays !== undefined && end.from - start.from > maxDays * DAY_MS) {
    // AQS's words, its gap included.
    throw new Problem(
      'invalid-range',
      `Query timespan is too long (max: ) ${(maxDays * DAY_MS) / 1000} seconds`,
      { parameter: 'end', allowed: `at most ${maxDays} days` },
    );
  }
  if (grain === 'monthly' && metric.range.months === 'as stored') {
    const after = metric.range.start === 'exclusive' && !start.latest ? 1 : 0;
    return monthsStarting(start.from + after, end.from);
  }
  const fine: Span =
    grain === 'hourly'
      ? { grain, first: ordinalAt(grain, start.from), last: ordinalAt(grain, until - 1) }
      : { grain: 'daily', first: ordinalAt('daily', start.from), last: ordinalAt('daily', until - 1) };
  const span = wholePeriods(fine, grain);
  if (lengthOf(span) === 0) {
    const units = { hourly: 'hours', daily: 'days', weekly: 'weeks', monthly: 'months', yearly: 'years' }[
      grain
    ];
    throw new Problem('invalid-range', `no full ${units} found in specified date range`, {
      parameter: 'end',
    });
  }
  return span;
}

const NEVER: Interval = { from: 0, until: 0, latest: true };

/** AQS: unique-devices. Months are rows like any others, named by their first day. */
function monthsStarting(from: number, until: number): Span {
  const first = ordinalAt('monthly', from);
  return {
    grain: 'monthly',
    first: startOf('monthly', first) === from ? first : first + 1,
    last: ordinalAt('monthly', until),
  };
}

/** Families with hours take eight digits for an incomplete hour, not for a day; hour 24 is none of theirs. */
function mayBe(text: string, strict: boolean): boolean {
  return !strict || (!/^\d{8}$/.test(text) && !/^\d{8}24$/.test(text));
}

/** The instant that lies as long before now as a text such as `-30d` says. */
export function relativeTo(clock: Clock, text: string): number | undefined {
  const match = /^-(\d{1,4})([hdwmy])$/.exec(text);
  if (!match) return undefined;
  const amount = Number(match[1]);
  switch (match[2]) {
    case 'h':
      return clock.now() - amount * HOUR_MS;
    case 'd':
      return clock.now() - amount * DAY_MS;
    case 'w':
      return clock.now() - amount * 7 * DAY_MS;
    default: {
      const months = match[2] === 'm' ? amount : amount * 12;
      const now = clock.now();
      const month = ordinalAt('monthly', now);
      const lastDay = startOf('monthly', month - months + 1) - DAY_MS;
      const sameDay = startOf('monthly', month - months) + (now - startOf('monthly', month));
      return Math.min(sameDay, lastDay + (now % DAY_MS));
    }
  }
}

/** Whether a start or end is resolved anew at each request. */
export function isRelative(text: string): boolean {
  return text === 'latest' || text.startsWith('-');
}

function latestPeriod(metric: Metric, grain: Grain, coverages: readonly Coverage[]): Interval | undefined {
  const newest = coverages.flatMap((coverage) => latestOfGrain(metric, grain, coverage) ?? []);
  if (newest.length === 0) return undefined;
  const ordinal = Math.max(...newest);
  return { from: startOf(grain, ordinal), until: startOf(grain, ordinal + 1), latest: true };
}

/** The newest period; of weeks and years the newest whose days or months were all loaded. */
export function latestOfGrain(metric: Metric, grain: Grain, coverage: Coverage): Ordinal | undefined {
  const latest = latestOf(coverage);
  const source = readGrain(metric, grain);
  if (latest === undefined || source === grain) return latest;
  for (const interval of coverage.toReversed()) {
    const whole = wholePeriods({ grain: source, first: interval.first, last: interval.last }, grain);
    if (lengthOf(whole) > 0) return whole.last;
  }
  return undefined;
}

/**
 * The part of a span that can have rows: from the first period loaded to the last.
 * Of weeks and years only those between the first and last whose days or months were all loaded.
 */
export function clip(metric: Metric, span: Span, coverage: Coverage): Span {
  const source = readGrain(metric, span.grain);
  const first = coverage[0]?.first;
  const last = coverage.at(-1)?.last;
  if (first === undefined || last === undefined || lengthOf(span) === 0)
    return { ...span, last: span.first - 1 };
  const hull: Span = { grain: source, first, last };
  const inGrain = source === span.grain ? hull : wholePeriods(hull, span.grain);
  return { ...span, first: Math.max(span.first, inGrain.first), last: Math.min(span.last, inGrain.last) };
}

/** Whether a period of a `summed` grain can be given: all that it is the sum of was loaded. */
export function isWhole(coverage: Coverage, source: Grain, grain: Grain, ordinal: Ordinal): boolean {
  return covers(coverage, refine({ grain, first: ordinal, last: ordinal }, source));
}

/** The newest period loaded of the scope lies in the span, or before its end: it may still change. */
export function touchesNewest(asked: Span, source: Grain, coverage: Coverage): boolean {
  const newest = coverage.at(-1)?.last;
  if (newest === undefined) return true;
  const inGrain = touchedPeriods({ grain: source, first: newest, last: newest }, asked.grain);
  return asked.last >= inGrain.first;
}

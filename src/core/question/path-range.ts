import { whyNoSums } from '../metric/measure.ts';
import type { Coverage } from '../time/coverage.ts';
import { PERIODS } from '../hint/period-words.ts';
import type { Metric } from '../metric/metric.ts';
import { didYouMean } from '../value/nearest.ts';
import { grainOfPath } from '../metric/path-parameters.ts';
import { invalidParameter, Problem } from '../problem.ts';
import type { RangeText } from './question.ts';
import { shortened } from '../value/value-list.ts';
import { isRelative, latestIn, NOW, relativeTo, type Instants } from './periods.ts';
import {
  DAY_MS,
  formatDate,
  formatTimestamp,
  GRAINS,
  HOUR_MS,
  lengthOf,
  ordinalAt,
  parseTimestamp,
  startOf,
  touchedPeriods,
  wholePeriods,
  type Clock,
  type Grain,
  type Span,
} from '../time/time.ts';

/*
 * AQS's rules for the granularity, the start and the end of a path. They hold for everything that asks
 * by a path, or in the same terms: REST, GraphQL, Limn, Grafana.
 */

const DATES =
  'YYYYMMDDHH, YYYY-MM-DD, YYYY-MM for a whole month, a time before now such as -30d (h, d, w, m, y), latest, or now as the end';

/** The grain that a question asks for. @throws Problem if the metric doesn't have it */
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

/** Why there are no weeks or years, if the reason is that the stored numbers can't be summed. */
function whyNot(metric: Metric, grain: Grain): string {
  const { daily, monthly } = metric.grains;
  const isSum = grain === 'weekly' ? daily : grain === 'yearly' && monthly;
  const why = isSum ? whyNoSums(metric) : undefined;
  return why === undefined ? '' : ` ${why}.`;
}

/** The period that a start or an end names. */
interface End extends Instants {
  /** Whether it is `latest` or a month: those belong to the range even if its start or end is exclusive. */
  readonly isPeriod: boolean;
}

/**
 * The periods that a question asks for, before they are clipped to what is loaded. Empty for `latest`
 * if nothing is loaded.
 * @param coverages the coverages of the scopes asked for, which decide what `latest` is
 * @throws Problem, in AQS's words, if start and end make no range
 */
export function spanOf(
  metric: Metric,
  grain: Grain,
  text: RangeText,
  coverages: readonly Coverage[],
  clock: Clock,
): Span {
  const strict = metric.range.hour === 'always' || grain === 'hourly';
  const bound = (name: 'start' | 'end'): End | undefined => {
    if (text[name] === 'latest') {
      const latest = latestIn(metric, grain, coverages);
      return latest && { ...latest, isPeriod: true };
    }
    const unit = grain === 'hourly' ? HOUR_MS : DAY_MS;
    const month = monthOf(text[name]);
    if (month)
      return { ...(name === 'start' ? month : { ...month, from: month.until - unit }), isPeriod: true };
    const relative = text[name] === NOW && name === 'end' ? clock.now() : relativeTo(clock, text[name]);
    const ms = relative ?? (mayBe(text[name], strict) ? parseTimestamp(text[name]) : undefined);
    if (ms === undefined) {
      const format = strict ? 'YYYYMMDDHH' : 'YYYYMMDD';
      throw invalidParameter(
        name,
        `${name} timestamp is invalid, must be a valid date in ${format} format`,
        strict ? DATES : `YYYYMMDD, ${DATES}`,
        `${shortened(text[name]) || 'Nothing'} is not a date. Write one such as ${strict ? '2024-03-01 or 2024030105' : '2024-03-01'}, a month such as 2024-03, -30d or latest.`,
      );
    }
    const from = Math.floor(ms / unit) * unit;
    return { from, until: from + unit, isPeriod: false };
  };
  const start = bound('start');
  const end = bound('end');
  if (!start || !end) return { grain, first: 0, last: -1 };
  const until = metric.range.end === 'inclusive' || end.isPeriod ? end.until : end.from;
  if (start.from > end.from || until <= start.from) {
    // The caller can't see which dates `latest` or `-30d` stand for, so the hint says them.
    const isMeant = isRelative(text.start) || isRelative(text.end);
    const day = ({ from }: End): string => formatDate('daily', ordinalAt('daily', from));
    const hint = `Here ${text.start} is ${day(start)}, and ${text.end} is ${day(end)}. latest is the newest period that is loaded, except one that is still under way.`;
    throw new Problem('invalid-range', 'start timestamp should be before the end timestamp', {
      parameter: 'start',
      ...(isMeant ? { hint } : start.from === end.from ? rangeHint(metric, grain, start, end) : {}),
    });
  }
  const { maxDays } = metric.range;
  if (maxDays !== undefined && end.from - start.from > maxDays * DAY_MS) {
    // AQS's text, including its empty `max`.
    throw new Problem(
      'invalid-range',
      `Query timespan is too long (max: ) ${(maxDays * DAY_MS) / 1000} seconds`,
      { parameter: 'end', allowed: `at most ${maxDays} days` },
    );
  }
  if (grain === 'monthly' && metric.range.months === 'as stored') {
    const after = metric.range.start === 'exclusive' && !start.isPeriod ? 1 : 0;
    return monthsStarting(start.from + after, end.from);
  }
  const fine: Span =
    grain === 'hourly'
      ? { grain, first: ordinalAt(grain, start.from), last: ordinalAt(grain, until - 1) }
      : { grain: 'daily', first: ordinalAt('daily', start.from), last: ordinalAt('daily', until - 1) };
  const span = wholePeriods(fine, grain);
  if (lengthOf(span) === 0) {
    throw new Problem('invalid-range', `no full ${PERIODS[grain]} found in specified date range`, {
      parameter: 'end',
      ...rangeHint(metric, grain, start, end),
    });
  }
  return span;
}

/** A hint on why a range has no period, and which start and end would include the periods that it touches. */
function rangeHint(metric: Metric, grain: Grain, start: End, end: End): { hint: string } {
  const isExcluded = metric.range.end === 'exclusive' && !end.isPeriod;
  const fine = grain === 'hourly' ? grain : 'daily';
  const touched = touchedPeriods(
    { grain: fine, first: ordinalAt(fine, start.from), last: ordinalAt(fine, end.from) },
    grain,
  );
  const until = ordinalAt(fine, startOf(grain, touched.last + 1));
  const [from, to] = [
    ordinalAt(fine, startOf(grain, touched.first)),
    metric.range.end === 'exclusive' ? until : until - 1,
  ];
  const why = [
    ...(isExcluded ? ['the end is not part of the range'] : []),
    ...(grain === fine ? [] : [`only whole ${PERIODS[grain]} are answered`]),
  ].join(', and ');
  const dates = [from, to].map((ordinal) =>
    formatTimestamp(fine === 'hourly' ? 'YYYYMMDDHH' : 'YYYYMMDD', fine, ordinal),
  );
  return { hint: `Here ${why}: write ${dates[0]} as the start and ${dates[1]} as the end.` };
}

/** The month that a text such as `2024-03` names. */
function monthOf(text: string): Instants | undefined {
  const from = /^\d{4}-\d\d$/.test(text) ? parseTimestamp(`${text}-01`) : undefined;
  if (from === undefined) return undefined;
  return { from, until: startOf('monthly', ordinalAt('monthly', from) + 1) };
}

/** AQS, unique-devices: the months whose first day lies between two instants. */
function monthsStarting(from: number, until: number): Span {
  const first = ordinalAt('monthly', from);
  return {
    grain: 'monthly',
    first: startOf('monthly', first) === from ? first : first + 1,
    last: ordinalAt('monthly', until),
  };
}

/** Whether a text can be a date here. AQS: families with hours accept neither eight digits nor the hour 24. */
function mayBe(text: string, strict: boolean): boolean {
  return !strict || (!/^\d{8}$/.test(text) && !/^\d{8}24$/.test(text));
}

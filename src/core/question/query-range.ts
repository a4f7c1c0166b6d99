import type { Coverage } from '../time/coverage.ts';
import { readGrain, type Metric } from '../metric/metric.ts';
import { invalidParameter } from '../problem.ts';
import { latestIn, relativeTo, type Instants } from './periods.ts';
import { DATE_WORDS, RANGES } from './query-text.ts';
import { periodOfDate } from '../time/date-text.ts';
import { suggestion, nearest } from '../value/nearest.ts';
import type { DateRange, RowsText } from './question.ts';
import {
  DAY_MS,
  formatDate,
  GRAINS,
  HOUR_MS,
  lengthOf,
  ordinalAt,
  refine,
  startOf,
  touchedPeriods,
  type Clock,
  type Grain,
  type Ordinal,
  type Span,
} from '../time/time.ts';

export interface RangeContext {
  readonly metric: Metric;
  readonly grain: Grain | null;
  /** The loaded periods of the scopes asked for, in a stored grain. */
  readonly coveragesOf: (grain: Grain) => readonly Coverage[];
  readonly clock: Clock;
}

/**
 * The periods that a range touches, both ends included. Without a grain they have the coarsest stored
 * grain whose periods the ends fit, so that as few rows as possible are added up.
 * Empty for `latest` if nothing is loaded.
 * @param path the member that holds the range, for messages
 * @throws Problem that names the wrong end
 */
export function querySpan(range: DateRange, path: string, context: RangeContext): Span {
  const start = endOf(range.start, `${path}.start`, context);
  const end = endOf(range.end, `${path}.end`, context);
  const finest = stored(context.metric).at(-1) as Grain;
  if (!start || !end) return { grain: context.grain ?? finest, first: 0, last: -1 };
  if (end.until <= start.from)
    throw invalidParameter(path, `The end of ${path}, ${range.end}, is before its start, ${range.start}.`);
  const grain = context.grain ?? grainFor({ from: start.from, until: end.until }, context);
  return { grain, first: ordinalAt(grain, start.from), last: ordinalAt(grain, end.until - 1) };
}

/** The grains that a metric stores, coarsest first. */
function stored(metric: Metric): Grain[] {
  return GRAINS.filter((grain) => metric.grains[grain] && metric.grains[grain] !== 'summed').toReversed();
}

/** The stored grain to read for a range: the coarsest that fits and is loaded, if there is one. */
function grainFor({ from, until }: Instants, { metric, coveragesOf }: RangeContext): Grain {
  const grains = stored(metric);
  const fitting = grains.filter(
    (grain) =>
      startOf(grain, ordinalAt(grain, from)) === from && startOf(grain, ordinalAt(grain, until)) === until,
  );
  const loaded = (grain: Grain): boolean =>
    coveragesOf(grain).some((coverage) =>
      coverage.some(({ first, last }) => startOf(grain, first) < until && startOf(grain, last + 1) > from),
    );
  return fitting.find(loaded) ?? fitting[0] ?? grains.findLast(loaded) ?? (grains.at(-1) as Grain);
}

/** The period that one end names; undefined for `latest` if nothing is loaded. */
function endOf(text: string, path: string, context: RangeContext): Instants | undefined {
  if (text === 'latest') return latest(context);
  const relative = text === 'now' ? context.clock.now() : relativeTo(context.clock, text);
  if (relative !== undefined) {
    const unit = context.grain === 'hourly' || text.endsWith('h') ? HOUR_MS : DAY_MS;
    const from = Math.floor(relative / unit) * unit;
    return { from, until: from + unit };
  }
  const period = periodOfDate(text);
  if (!period)
    throw invalidParameter(
      path,
      `${path}: ${JSON.stringify(text)} is not a date${suggestion(nearest(text, DATE_WORDS))}`,
      RANGES,
    );
  return period;
}

function latest({ metric, grain, coveragesOf }: RangeContext): Instants | undefined {
  const grains = grain ? [grain] : (['daily', 'monthly', 'hourly'] as const);
  for (const one of grains) {
    const found = metric.grains[one] && latestIn(metric, one, coveragesOf(readGrain(metric, one)));
    if (found) return found;
  }
  return undefined;
}

/**
 * The periods that a question compares its range with. They are as many as the periods of the range. Without
 * a grain, whole months are compared with the same number of whole months, even if these have fewer or more
 * days.
 * @throws Problem if the ranges have different lengths, or the compared one isn't earlier
 */
export function comparedSpan(
  compare: RowsText['compare'],
  span: Span,
  context: RangeContext,
): Span | undefined {
  if (compare === undefined) return undefined;
  const months = context.grain === null ? wholeMonths(span) : undefined;
  const unit = months ?? span;
  const length = lengthOf(unit);
  if (compare === 'previous' || compare === 'previous_year') {
    const first = compare === 'previous' ? unit.first - length : yearBefore(unit);
    const before = { ...unit, first, last: first + length - 1 };
    return months ? refine(before, span.grain) : before;
  }
  const compared = querySpan(compare, 'compare', { ...context, grain: span.grain });
  const other = months ? (wholeMonths(compared) ?? compared) : compared;
  if (other.grain !== unit.grain || lengthOf(other) !== length)
    throw invalidParameter(
      'compare',
      `The range has ${length} ${unit.grain} periods, but the range that it is compared with has ${lengthOf(other)} ${other.grain} ones.`,
      `previous, or a range of ${length}`,
    );
  if (compared.first >= span.first)
    throw invalidParameter('compare', 'The range to compare with should be earlier than the range itself.');
  return compared;
}

/** The weeks after which the same days of a week come again, about a year later. */
const YEAR_WEEKS = 52;

/** The period a year before the first one of a span: the same date; of weeks, the 52nd before. */
function yearBefore({ grain, first }: Span): Ordinal {
  if (grain === 'weekly') return first - YEAR_WEEKS;
  const start = new Date(startOf(grain, first));
  // 29 February is compared with 28 February.
  const isLeapDay = start.getUTCMonth() === 1 && start.getUTCDate() === 29;
  if (isLeapDay) start.setUTCDate(28);
  start.setUTCFullYear(start.getUTCFullYear() - 1);
  return ordinalAt(grain, start.getTime());
}

/** A span as months, if it consists of whole ones. */
function wholeMonths(span: Span): Span | undefined {
  const months = touchedPeriods(span, 'monthly');
  const back = refine(months, span.grain);
  return lengthOf(span) > 0 && back.first === span.first && back.last === span.last ? months : undefined;
}

/** The first day (or hour) of a span and the last one, as answers echo a range. */
export function datesOf(span: Span): DateRange {
  const unit = span.grain === 'hourly' ? 'hourly' : 'daily';
  const fine = touchedPeriods(span, unit);
  return { start: formatDate(unit, fine.first), end: formatDate(unit, fine.last) };
}

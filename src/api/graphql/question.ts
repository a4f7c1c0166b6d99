import type { Metric } from '../../core/metric/metric.ts';
import { invalidParameter } from '../../core/problem.ts';
import type { PathQuestion, RangeText, TopPeriodText } from '../../core/question/question.ts';
import { parseTimestamp } from '../../core/time/time.ts';
import { ALL_DAYS } from '../../core/question/top-period.ts';
import { fieldName } from '../../core/metric/graphql-names.ts';
import type { Guess } from './placeholders.ts';
import { named } from '../../core/value/named.ts';

/** The values of dimensions that a parent field settles, by the dimension's name. */
export type Known = Readonly<Record<string, string>>;

export type Arguments = Readonly<Record<string, unknown>>;

/**
 * Returns the question of a metric's field. A value that neither the parent nor the arguments give is empty.
 * @throws Problem for a wrong date or length of a list, which only GraphQL has as arguments
 */
export function questionOf(metric: Metric, known: Guess, args: Arguments): PathQuestion {
  const where = named<readonly string[]>();
  for (const [name, field] of argumentsOf(metric))
    where[name] = [metric.fixed?.[name] ?? known[name] ?? textOf(args[field])];
  const options = {
    ...(typeof args.asOf === 'string' ? { asOf: args.asOf } : {}),
    ...(args.live === true ? { live: 'true' } : {}),
  };
  if (metric.shape.kind === 'top') {
    firstOf(metric, args);
    return { metric: metric.name, where, period: topPeriodOf(metric, textOf(args.date)), options };
  }
  const period: RangeText = {
    granularity: textOf(args.grain),
    start: textOf(args.start),
    end: textOf(args.end),
  };
  const fill = args.fill ? { fill: textOf(args.fill) } : {};
  return { metric: metric.name, where, period, options: { ...options, ...fill } };
}

const fieldsOf = new WeakMap<Metric, [dimension: string, argument: string][]>();

/** Returns the arguments of a metric's dimensions. They are cached, because each field of a query needs them. */
function argumentsOf(metric: Metric): [dimension: string, argument: string][] {
  let fields = fieldsOf.get(metric);
  if (!fields) fieldsOf.set(metric, (fields = metric.dimensions.map(({ name }) => [name, fieldName(name)])));
  return fields;
}

/** Returns the requested number of a list's entries, at most as many as it can have. */
export function firstOf(metric: Metric, args: Arguments): number {
  const limit = metric.shape.kind === 'top' ? metric.shape.limit : 0;
  const first = typeof args.first === 'number' ? args.first : limit;
  if (first < 0) throw invalidParameter('first', 'first should not be negative', `0 to ${limit}`);
  return Math.min(first, limit);
}

/** Describes the dates that a metric's lists have. */
export function topDatesOf(metric: Metric): string {
  const { daily, monthly } = metric.grains;
  if (!monthly) return 'a day, YYYY-MM-DD';
  return daily ? 'a day, YYYY-MM-DD, or a month, YYYY-MM' : 'a month, YYYY-MM';
}

function topPeriodOf(metric: Metric, date: string): TopPeriodText {
  const [, year, month, day] = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(date) ?? [];
  const hasLists = metric.grains[day === undefined ? 'monthly' : 'daily'];
  if (!year || !month || !hasLists || parseTimestamp(`${year}-${month}-${day ?? '01'}`) === undefined)
    throw invalidParameter('date', 'This metric has no list with such a date.', topDatesOf(metric));
  return { year, month, day: day ?? ALL_DAYS };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

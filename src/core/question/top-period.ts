import type { Metric } from '../metric/metric.ts';
import { notFound, type EmptyQuestion } from '../hint/hints.ts';
import { invalidParameter } from '../problem.ts';
import type { TopPeriodText } from './question.ts';
import { ordinalAt, parseTimestamp, startOf, type Grain, type Ordinal } from '../time/time.ts';

/** AQS: the value of `day` that stands for the whole month. */
export const ALL_DAYS = 'all-days';

/** Whether a top's path has a day. Without one it has lists of months only. */
export function hasDays(metric: Pick<Metric, 'path'>): boolean {
  return metric.path.includes('{day}');
}

export interface TopPeriod {
  readonly grain: Grain;
  readonly ordinal: Ordinal;
}

/**
 * Reads the period of a ranked list. AQS: the year has four digits, month and day have two; the day
 * `all-days` names the list of the month.
 * @param questionIn makes what the hint needs if the metric has no lists of a grain
 * @throws Problem that names the wrong part, or says that the metric has no such lists
 */
export function topPeriodOf(
  metric: Metric,
  { year, month, day = '' }: TopPeriodText,
  questionIn: (grain: Grain) => EmptyQuestion,
): TopPeriod {
  const ofMonth = !hasDays(metric) || day === ALL_DAYS;
  const spelt = /^\d{4}$/.test(year) && /^\d\d$/.test(month) && (ofMonth || /^\d\d$/.test(day));
  const ms = spelt ? parseTimestamp(year + month + (ofMonth ? '01' : day)) : undefined;
  if (ms === undefined) {
    const parameter = !/^\d{4}$/.test(year)
      ? 'year'
      : parseTimestamp(`2000${month}01`) === undefined
        ? 'month'
        : 'day';
    throw invalidParameter(
      parameter,
      `Given ${hasDays(metric) ? 'year/month/day' : 'year/month'} is invalid date`,
      `YYYY, MM and DD; ${ALL_DAYS} for the day where the metric has months`,
    );
  }
  const grain = ofMonth ? 'monthly' : 'daily';
  if (!metric.grains[grain]) throw notFound('not-loaded', questionIn(grain));
  return { grain, ordinal: ordinalAt(grain, ms) };
}

/** AQS: the fields of a list's period. An item shows year, month and day, or granularity and timestamp. */
export function topPeriodFields({
  grain,
  ordinal,
}: TopPeriod): Record<'year' | 'month' | 'day' | 'granularity' | 'timestamp', string> {
  const timestamp = new Date(startOf(grain, ordinal)).toISOString();
  const day = grain === 'monthly' ? ALL_DAYS : timestamp.slice(8, 10);
  return { year: timestamp.slice(0, 4), month: timestamp.slice(5, 7), day, granularity: grain, timestamp };
}

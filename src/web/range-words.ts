import type { Metric } from '../core/metric/metric.ts';
import { grainOfPath } from '../core/metric/path-parameters.ts';
import { ALL_DAYS, hasDays } from '../core/question/top-period.ts';

/** Explains in sentences how a metric reads its start and end, or its period. Values are in backticks. */
export function rangeWords(metric: Metric): readonly string[] {
  const { range, grains, shape } = metric;
  if (shape.kind === 'top') return topWords(metric);
  const only = grainOfPath(metric);
  const summed = [
    'months',
    ...(grains.weekly && !only ? ['weeks'] : []),
    ...(grains.yearly && !only ? ['years'] : []),
  ];
  const spelt =
    range.hour === 'always'
      ? '`YYYYMMDDHH`'
      : `\`YYYYMMDD\` or \`YYYYMMDDHH\`${grains.hourly ? ' (hourly data takes only the latter)' : ''}`;
  return [
    `\`start\` and \`end\` are ${spelt}, \`YYYY-MM-DD\`, \`YYYY-MM\` for a whole month, a time before now such as \`-30d\` (h, d, w, m, y), or \`latest\`, the newest period that is loaded and not still under way. All times are UTC.`,
    ...(only ? [`The path names no granularity: the rows are \`${only}\`.`] : []),
    ...(range.start === 'exclusive'
      ? ['The period that begins at `start` is not included, unless `start` is `latest`.']
      : []),
    range.end === 'inclusive'
      ? 'The period that contains `end` is included.'
      : 'The end is not included: all of January is `20240101` to `20240201`. `latest` is included nevertheless.',
    ...(grains.monthly
      ? [
          range.months === 'whole'
            ? `Only ${joined(summed)} that lie completely between start and end are given. A range without any is refused.`
            : 'The date of a month is its first day. A month is given if this day lies between start and end.',
        ]
      : []),
    ...(range.maxDays === undefined ? [] : [`One request may span at most ${range.maxDays} days.`]),
    range.missing === 'zero'
      ? 'A completely loaded period without data has a row of zeros.'
      : 'A period without data is left out. `?fill=zero` or `?fill=null` adds a row for it.',
    ...(range.hourly === 'invalid route' ? ['There is no hourly data: `hourly` is answered with 404.'] : []),
  ];
}

function topWords(metric: Metric): readonly string[] {
  const { daily, monthly } = metric.grains;
  const days = '`year` has four digits, `month` and `day` have two.';
  if (!hasDays(metric)) return ['One list per month: `year` has four digits, `month` two.'];
  if (!daily)
    return [`One list per month: \`year\` has four digits, \`month\` two, and \`day\` is \`${ALL_DAYS}\`.`];
  return monthly
    ? [
        `One list per day, and one per month: ${days} Write \`${ALL_DAYS}\` as the day to get the month’s list.`,
      ]
    : [`One list per day: ${days}`];
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) as string}`;
}

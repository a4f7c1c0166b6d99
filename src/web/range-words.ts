import type { Metric } from '../core/metric/metric.ts';
import { grainOfPath } from '../core/metric/path-parameters.ts';
import { ALL_DAYS, hasDays } from '../core/question/top-period.ts';

/** How a metric reads its start and end, or its period, in sentences. Backticks stand around values. */
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
      : `\`YYYYMMDD\` or \`YYYYMMDDHH\`${grains.hourly ? ' (hourly data take the latter only)' : ''}`;
  return [
    `\`start\` and \`end\` are ${spelt}, \`YYYY-MM-DD\`, \`YYYY-MM\` for a whole month, a time before now such as \`-30d\` (h, d, w, m, y), or \`latest\`, the newest period that is loaded, but for one that is under way. All times are UTC.`,
    ...(only ? [`The path names no granularity: the rows are \`${only}\`.`] : []),
    ...(range.start === 'exclusive'
      ? ['What begins at `start` is not included, unless it is `latest`.']
      : []),
    range.end === 'inclusive'
      ? 'The period that holds `end` is included.'
      : 'The end is not included: all of January goes from `20240101` to `20240201`. `latest` is included all the same.',
    ...(grains.monthly
      ? [
          range.months === 'whole'
            ? `Only ${joined(summed)} that lie wholly between start and end are given; a range with none is refused.`
            : 'A month is a row named by its first day, and is given where that day lies between start and end.',
        ]
      : []),
    ...(range.maxDays === undefined ? [] : [`One request may span ${range.maxDays} days at most.`]),
    range.missing === 'zero'
      ? 'A period that was loaded completely and has no row is a row of zeros.'
      : 'A period without a row is left out; `?fill=zero` or `?fill=null` puts one in its place.',
    ...(range.hourly === 'invalid route' ? ['Hours name no route: `hourly` is answered with 404.'] : []),
  ];
}

function topWords(metric: Metric): readonly string[] {
  const { daily, monthly } = metric.grains;
  const days = '`year` has four digits, `month` and `day` have two.';
  if (!hasDays(metric)) return ['One list a month: `year` has four digits, `month` two.'];
  if (!daily)
    return [`One list a month: \`year\` has four digits, \`month\` two, and \`day\` is \`${ALL_DAYS}\`.`];
  return monthly
    ? [
        `One list a day, and one a month: ${days} With \`${ALL_DAYS}\` for the day, the month’s list is given.`,
      ]
    : [`One list a day: ${days}`];
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) as string}`;
}

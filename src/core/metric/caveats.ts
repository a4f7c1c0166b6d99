import type { Dimension } from './dimension.ts';
import { hasSums } from './measure.ts';
import type { Metric } from './metric.ts';

/**
 * What a reader should know before trusting a metric's numbers, one sentence each: the caveats that are
 * declared, then those that follow from the declaration. Names and values are in backticks.
 */
export function caveatsOf(metric: Metric): readonly string[] {
  return [
    ...(metric.caveats ?? []),
    ...measureCaveats(metric),
    ...dimensionCaveats(metric),
    ...rowCaveats(metric),
  ];
}

function measureCaveats(metric: Metric): string[] {
  const { measures, dimensions, shape } = metric;
  const all = Object.entries(measures);
  const distinct = all.filter(([, { additive }]) => !additive).map(([name]) => `\`${name}\``);
  const parts = shape.kind === 'top' ? 'lists' : 'periods';
  const over = dimensions.length > 0 ? `${parts} or values of a dimension` : parts;
  return [
    ...(distinct.length > 0
      ? [
          `${inWords(distinct)} can’t be added up: the same thing may be counted in several ${over}.${hasSums(metric) ? ' In rows that are sums of other measures it is null.' : ''}`,
        ]
      : []),
    ...all.flatMap(([name, { roundUpTo }]) =>
      roundUpTo === undefined
        ? []
        : [`\`${name}\` is rounded up to a multiple of ${roundUpTo}, for privacy.`],
    ),
    ...all.flatMap(([name, { least, roundUpTo, unit }]) =>
      least === undefined
        ? []
        : [
            `Rows with fewer than ${least} ${unit} in \`${name}\`${roundUpTo === undefined ? '' : ', before rounding,'} are not published.`,
          ],
    ),
  ];
}

function dimensionCaveats({ dimensions, shape }: Metric): string[] {
  const entry: readonly Dimension[] = shape.kind === 'top' ? shape.entry : [];
  const all = [...dimensions, ...entry];
  return all.flatMap(({ name, withheld, nullable }) => [
    ...(withheld
      ? [`Nothing is published where \`${name}\` is one of ${[...withheld].join(', ')}: it might do harm.`]
      : []),
    ...(nullable ? [`\`${name}\` is null where the entry has no name.`] : []),
  ]);
}

function rowCaveats({ shape, grains }: Metric): string[] {
  const sums = [
    ...(grains.weekly === 'summed' ? ['weeks are sums of seven days'] : []),
    ...(grains.yearly === 'summed' ? ['years are sums of twelve months'] : []),
  ];
  return [
    ...(shape.kind === 'top'
      ? [
          `A list has at most ${shape.limit} entries. If tied entries would exceed this, all of them are left out.`,
        ]
      : []),
    ...(grains.monthly === 'stored or summed'
      ? ['A month that wasn’t loaded itself is the sum of its loaded days.']
      : []),
    ...(sums.length > 0
      ? [`${capitalised(inWords(sums))}; one whose days or months aren’t all loaded is left out.`]
      : []),
  ];
}

function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) as string}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

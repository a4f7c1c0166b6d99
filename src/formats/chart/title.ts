import type { Dimension } from '../../core/metric/dimension.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { listInWords } from './words.ts';

/** A value as people write it: titles have spaces instead of underscores. */
export function shownValue({ normalise }: Pick<Dimension, 'normalise'>, value: string): string {
  return normalise('a b') === 'a_b' ? value.replaceAll('_', ' ') : value;
}

/** A value for people; values that are added up are joined by `+`. */
export function valueInWords(metric: Metric, place: number, value: string): string {
  const dimension = metric.dimensions[place];
  return value
    .split('|')
    .map((one) => (dimension ? shownValue(dimension, one) : one))
    .join(' + ');
}

/**
 * The title of a chart: `Pageviews of Cat and Dog, en.wikipedia, all-access, user`. If the metric's title
 * ends in the name of a dimension (`of an article`), that is replaced by the dimension's values.
 * @param values the values of each dimension, in the metric's order
 */
export function titleInWords(metric: Metric, values: readonly (readonly string[])[]): string {
  const words = values.map((several, at) =>
    listInWords([...new Set(several)].map((value) => valueInWords(metric, at, value))),
  );
  const [, head = '', noun = '', tail = ''] =
    /^(.*) an? (?:[A-Za-z]+ )*([a-z]+)(,.*)?$/.exec(metric.title) ?? [];
  const subject = metric.dimensions.findIndex(
    (dimension) => noun !== '' && !dimension.values && isNamed(dimension.name, noun),
  );
  const others = words.filter((_, at) => at !== subject);
  return subject < 0
    ? [metric.title, ...others].join(', ')
    : [`${head} ${words[subject]}${tail}`, ...others].join(', ');
}

/** Whether the name of a dimension contains a noun: `page-title` contains `page`. */
function isNamed(name: string, noun: string): boolean {
  return name.split(/[-_]/).includes(noun);
}

import { dimensionNames, type Metric } from './metric.ts';
import { pathParameters } from './path-parameters.ts';

/** What items call the timestamp. */
export function timestampName({ shape }: Pick<Metric, 'shape'>): string {
  return (shape.kind === 'series' && shape.timestamp) || 'timestamp';
}

/**
 * The fields of one row, flat, in the order in which an item has them: for series the dimensions,
 * `granularity`, `timestamp` and the measures; for tops the dimensions, `year`, `month`, `day` and
 * an entry's fields. Where items nest their rows, an item's own fields come first.
 */
export function rowFields(metric: Metric): string[] {
  const { item } = metric;
  if (item) return [...dimensionNames(metric).filter((name) => !item.includes(name)), ...item];
  const measures = Object.keys(metric.measures);
  const parameters = pathParameters(metric).filter((name) => name !== 'start' && name !== 'end');
  if (metric.shape.kind === 'top' && metric.shape.nest) {
    const dimensions = dimensionNames(metric);
    return [...dimensions, 'granularity', 'timestamp', ...metric.shape.fields];
  }
  return metric.shape.kind === 'top'
    ? [...parameters, ...metric.shape.fields]
    : [...parameters, 'timestamp', ...measures];
}

/** The fields of an item of the API. @param isOne whether the URL names one series, or one list */
export function itemFields(metric: Metric, isOne: boolean): string[] {
  return isOne && metric.item ? [...metric.item] : rowFields(metric);
}

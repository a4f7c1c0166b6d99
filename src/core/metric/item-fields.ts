import { dimensionNames, type Metric } from './metric.ts';
import { pathParameters } from './path-parameters.ts';

/** The name of the timestamp in a metric's items. */
export function timestampName({ shape }: Pick<Metric, 'shape'>): string {
  return (shape.kind === 'series' && shape.timestamp) || 'timestamp';
}

/**
 * The fields of one row, flat, in the order of items. A series has the dimensions, `granularity`,
 * `timestamp` and the measures; a top has the dimensions, `year`, `month`, `day` and the fields of an
 * entry. If items nest their rows, the fields of the item come first.
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

/** The fields of one item. @param isOne whether the URL names a single series or list */
export function itemFields(metric: Metric, isOne: boolean): string[] {
  return isOne && metric.item ? [...metric.item] : rowFields(metric);
}

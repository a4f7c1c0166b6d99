import type { Metric } from '../core/metric.ts';
import type { Items } from './rows-builder.ts';
import { SeriesItems } from './series-items.ts';
import { TopItems } from './top-items.ts';

/** How to read the items of a metric. */
export function itemsOf(metric: Metric): Items {
  return metric.shape.kind === 'series' ? new SeriesItems(metric) : new TopItems(metric, metric.shape);
}

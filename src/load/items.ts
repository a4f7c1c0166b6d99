import type { Metric } from '../core/metric/metric.ts';
import type { ItemReader } from './item-reader.ts';
import { SeriesItems } from './series-items.ts';
import { TopItems } from './top-items.ts';

/** Returns the reader of a metric's items. */
export function itemsOf(metric: Metric): ItemReader {
  return metric.shape.kind === 'series' ? new SeriesItems(metric) : new TopItems(metric, metric.shape);
}

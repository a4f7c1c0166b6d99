import type { Metric } from '../core/metric.ts';
import type { RowsBuilder } from './rows-builder.ts';
import { SeriesItems } from './series-items.ts';
import { TopItems } from './top-items.ts';
import type { Item } from './values.ts';

/** What the items of a metric look like in files; all of it follows from the declaration. */
export interface Items {
  /** The columns that a CSV file must have, and those that it may have. */
  readonly columns: { readonly required: readonly string[]; readonly allowed: ReadonlySet<string> };
  /**
   * Appends the rows of an item.
   * @throws FieldError; what was appended by then is to be dropped
   */
  append(item: Item, rows: RowsBuilder): void;
}

export function itemsOf(metric: Metric): Items {
  return metric.shape.kind === 'series' ? new SeriesItems(metric) : new TopItems(metric, metric.shape);
}

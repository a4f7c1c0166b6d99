import { EMPTY_STATE } from '../core/time/table-state.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { withLease, type Writer } from './lease.ts';
import { type Published, publish } from './publish.ts';
import { removalsOf, type Selection } from './selection.ts';

export interface RetractOptions extends Writer {
  readonly metric: Metric;
  readonly selection: Selection;
}

export interface RetractReport {
  /** The partitions that changed. */
  readonly changed: readonly string[];
  readonly published: Published | undefined;
}

/**
 * Removes rows for good, from the warehouse and then from the series store. Months that are sums of days are
 * summed again from the remaining days.
 * @throws SelectionError, LeaseHeldError, EngineError
 */
export async function retract(options: RetractOptions): Promise<RetractReport> {
  const { metric, selection, warehouse, store, signal } = options;
  const table = tableOf(metric);
  return withLease(options, async () => {
    const state = (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
    const remove = removalsOf(metric, selection, state);
    const { changed } = await warehouse.write({ table, remove, rows: noRows(), covers: () => [] }, signal);
    return { changed, published: store && (await publish({ metric, warehouse, store, signal })) };
  });
}

async function* noRows(): AsyncGenerator<Rows> {}

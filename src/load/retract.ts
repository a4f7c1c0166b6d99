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
  /** Why the rows are removed, in the caller's words, for the record of corrections. */
  readonly note?: string;
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
  const { metric, selection, note, warehouse, store, signal, clock } = options;
  const table = tableOf(metric);
  return withLease(options, async () => {
    const state = (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
    const remove = removalsOf(metric, selection, state);
    const why = { cause: 'retraction', ...(note ? { note } : {}) } as const;
    const { changed } = await warehouse.write(
      { table, remove, rows: noRows(), covers: () => [], why },
      signal,
    );
    return {
      changed,
      published: store && (await publish({ metric, warehouse, store, signal, ...(clock ? { clock } : {}) })),
    };
  });
}

async function* noRows(): AsyncGenerator<Rows> {}

import { isDeepStrictEqual } from 'node:util';
import { EMPTY_STATE, type TableState } from '../core/table-state.ts';
import { type CellPeriod, cellPeriods, partitionSpan } from '../core/layout.ts';
import type { Metric, SeriesMetric } from '../core/metric.ts';
import { type Rows, tableOf } from '../core/table.ts';
import { refine, type Span } from '../core/time.ts';
import type { Cell, SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { cellsOf } from './cells.ts';
import { mergeRows } from './merge-rows.ts';
import type { OnProgress } from './progress.ts';
import { publishedState, sumsMonths } from './published-state.ts';

/** What publishing wrote. */
export interface Published {
  readonly cells: number;
  /** The partitions that the store had not, or had otherwise. */
  readonly partitions: readonly string[];
}

const NOTHING: Published = { cells: 0, partitions: [] };

/**
 * Brings a metric's cells in the series store up to the warehouse's rows, in one publication: the
 * cells of every partition whose version differs are written anew. A metric that is read from the
 * warehouse has none. The leases of both must be held.
 * @throws EngineError
 */
export async function publish(
  metric: Metric,
  warehouse: Warehouse,
  store: SeriesStore,
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<Published> {
  if (metric.home !== 'series') return NOTHING;
  const table = tableOf(metric);
  const loaded = (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
  const before = (await store.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
  const state = publishedState(metric, loaded);
  if (isDeepStrictEqual(state, before)) return NOTHING;
  const partitions = differing(before, state);
  const stretches = stretchesOf(metric, partitions);
  let written = 0;

  async function* cells(): AsyncGenerator<readonly Cell[]> {
    for (const [index, span] of stretches.entries()) {
      onProgress?.({ phase: 'publishing', done: index, total: stretches.length });
      for await (const batch of cellsOf(
        metric as SeriesMetric,
        span.grain,
        rowsOf(metric, warehouse, span, signal),
      )) {
        signal.throwIfAborted();
        written += batch.length;
        yield batch;
      }
    }
    onProgress?.({ phase: 'publishing', done: stretches.length, total: stretches.length });
  }

  const clear = clearedPeriods(metric, partitions, before, state);
  await store.publish({ table: table.name, clear, cells: cells(), state }, signal);
  return { cells: written, partitions };
}

function differing(before: TableState, state: TableState): string[] {
  const names = new Set([...state.partitions.keys(), ...before.partitions.keys()]);
  return [...names]
    .filter((name) => before.partitions.get(name)?.version !== state.partitions.get(name)?.version)
    .sort();
}

/** Whole cells' worth of periods to be written, each once: one partition's, or the year's of a month. */
function stretchesOf(metric: Metric, partitions: readonly string[]): Span[] {
  const stretches = new Map<string, Span>();
  for (const name of partitions) {
    const periods = periodsOf(metric, name);
    const first = periods[0] as CellPeriod;
    const last = periods.at(-1) as CellPeriod;
    const span = { grain: first.grain, first: first.first, last: last.first + last.slots - 1 };
    stretches.set(`${span.grain} ${span.first}`, span);
  }
  return [...stretches.values()];
}

function periodsOf(metric: Metric, partition: string): CellPeriod[] {
  return cellPeriods(metric.shape.kind, partitionSpan(partition));
}

/**
 * The periods that may hold cells of which no row is left: of partitions that lost rows since they
 * were published, or that are older than what was published (a backup put back).
 */
function clearedPeriods(
  metric: Metric,
  partitions: readonly string[],
  before: TableState,
  state: TableState,
): CellPeriod[] {
  const lost = partitions.filter((name) => {
    const published = before.partitions.get(name)?.version ?? 0;
    const now = state.partitions.get(name);
    return !now || now.removed > published || now.version < published;
  });
  return [...new Set(lost.flatMap((name) => periodsOf(metric, name)))];
}

function rowsOf(metric: Metric, warehouse: Warehouse, span: Span, signal: AbortSignal): AsyncIterable<Rows> {
  const table = tableOf(metric);
  const stored = warehouse.select({ table, ...span, where: [] }, signal);
  if (span.grain !== 'monthly' || !sumsMonths(metric)) return stored;
  const days = refine(span, 'daily');
  return mergeRows(table, stored, warehouse.select({ table, ...days, where: [], sumTo: 'monthly' }, signal));
}

import { isDeepStrictEqual } from 'node:util';
import { type CellPeriod, cellPeriods } from '../core/cell/layout.ts';
import { partitionSpan } from '../core/time/partition.ts';
import type { Metric, SeriesMetric } from '../core/metric/metric.ts';
import { advancedState, publishedState, sumsMonths } from '../core/metric/published-state.ts';
import { EMPTY_STATE, type TableState } from '../core/time/table-state.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { type Clock, refine, type Span, startOf } from '../core/time/time.ts';
import type { Cell, SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { cellsOf } from './cells.ts';
import { mergeRows } from './merge-rows.ts';
import type { OnProgress } from './progress.ts';
import { assertStored, type Selection } from './selection.ts';

export interface PublishOptions {
  readonly metric: Metric;
  readonly warehouse: Warehouse;
  readonly store: SeriesStore;
  readonly signal: AbortSignal;
  /**
   * Makes each partition visible as soon as its cells are written. An interrupted run keeps the finished
   * partitions and starts the current one again. Otherwise all become visible at once, or none do.
   */
  readonly stepwise?: boolean;
  /** Publishes only the partitions that hold a part of this; all by default. */
  readonly selection?: Pick<Selection, 'grain' | 'range'>;
  /** Also publishes partitions that are up to date, to repair damage. */
  readonly again?: boolean;
  readonly onProgress?: OnProgress;
  /** The system's clock by default. */
  readonly clock?: Clock;
}

/** The result of a publication. */
export interface Published {
  readonly rows: number;
  readonly cells: number;
  /** The partitions that were written because the store lacked them or had other versions. */
  readonly partitions: readonly string[];
}

const SYSTEM_CLOCK: Clock = { now: Date.now };

const NOTHING: Published = { rows: 0, cells: 0, partitions: [] };

/**
 * Updates a metric's cells in the series store to the warehouse's rows: writes the cells of every partition whose
 * version differs. A metric that is read from the warehouse has no cells. The leases of both engines must be held.
 * @throws EngineError, SelectionError
 */
export async function publish(options: PublishOptions): Promise<Published> {
  const { metric, warehouse, store, signal } = options;
  if (metric.home !== 'series') return NOTHING;
  const { name } = tableOf(metric);
  const loaded = (await warehouse.states(signal)).tables.get(name) ?? EMPTY_STATE;
  const stored = (await store.states(signal)).tables.get(name) ?? EMPTY_STATE;
  const before = loaded.history ? withKnownPublications(stored) : stored;
  const published = publishedState(metric, loaded);
  const after = withPublication(published, before, loaded, (options.clock ?? SYSTEM_CLOCK).now());
  const stale = namesIn(before, after).filter(
    (partition) => options.again || versionOf(before, partition) !== versionOf(after, partition),
  );
  const partitions = selected(options, stale);
  const isWhole = partitions.length === stale.length;
  if (isWhole && isPublished(before, after) && !options.again) return NOTHING;
  const work = new Publisher(options, after, partitions.length);
  let state = before;
  if (!options.stepwise) {
    await work.write(partitions, before, isWhole ? after : advancedState(before, after, partitions));
    return work.published(partitions);
  }
  for (const partition of partitions) {
    const next = advancedState(state, after, [partition]);
    await work.write([partition], state, next);
    state = next;
  }
  // Publishes the coverage of partitions without rows, and the table's own version.
  if (isWhole && !isDeepStrictEqual(state, after)) await work.write([], state, after);
  return work.published(partitions);
}

/**
 * Says that a table without publications was live since always. A table that is being published for the first time has
 * none: what a stopped publication left of it was never a version.
 */
function withKnownPublications(state: TableState): TableState {
  const { version, publications } = state;
  return { ...state, publications: publications ?? (version > 0 ? [{ version, at: 0 }] : []) };
}

/**
 * Adds the publication that makes a state live. Those that no question about an earlier time can need are
 * dropped.
 */
function withPublication(
  state: TableState,
  before: TableState,
  { history }: TableState,
  now: number,
): TableState {
  if (!history) return state;
  const { version } = state;
  const earlier = (before.publications ?? []).filter((one) => one.at < now);
  const all = earlier.at(-1)?.version === version ? earlier : [...earlier, { version, at: now }];
  const oldest = all.findLastIndex((one) => one.version <= history.base);
  return { ...state, publications: all.slice(Math.max(oldest, 0)) };
}

/** Whether a state is live, and its publication is recorded, which a stopped one may not have reached. */
function isPublished(before: TableState, after: TableState): boolean {
  return (
    isDeepStrictEqual({ ...before, publications: undefined }, { ...after, publications: undefined }) &&
    before.publications?.at(-1)?.version === after.publications?.at(-1)?.version
  );
}

function namesIn(before: TableState, after: TableState): string[] {
  return [...new Set([...after.partitions.keys(), ...before.partitions.keys()])].sort();
}

function versionOf(state: TableState, partition: string): number | undefined {
  return state.partitions.get(partition)?.version;
}

/** Returns the partitions that hold a part of the selection, also those that the warehouse no longer has. */
function selected(
  { metric, selection = {} }: PublishOptions,
  partitions: readonly string[],
): readonly string[] {
  const { grain, range } = selection;
  if (grain) assertStored(metric, grain);
  return partitions.filter((name) => {
    const own = partitionSpan(name);
    if (grain && own.grain !== grain) return false;
    const [from, until] = [startOf(own.grain, own.first), startOf(own.grain, own.last + 1)];
    return !range || (from < range.until && range.from < until);
  });
}

/** Writes the cells of partitions, and counts them. */
class Publisher {
  readonly #options: PublishOptions;
  readonly #metric: SeriesMetric;
  readonly #state: TableState;
  readonly #total: number;
  #done = 0;
  #rows = 0;
  #cells = 0;

  /** @param total the number of partitions to be written */
  constructor(options: PublishOptions, state: TableState, total: number) {
    this.#options = options;
    this.#metric = options.metric as SeriesMetric;
    this.#state = state;
    this.#total = total;
  }

  published(partitions: readonly string[]): Published {
    return { rows: this.#rows, cells: this.#cells, partitions };
  }

  /** Publishes once: the partitions' cells, then the table's new state. */
  async write(partitions: readonly string[], before: TableState, after: TableState): Promise<void> {
    const { store, signal, again } = this.#options;
    const lost = partitions.filter((name) => again || mayHaveLost(name, before, after));
    const clear = [...new Set(lost.flatMap((name) => this.#periodsOf(name)))];
    const { name: table } = tableOf(this.#metric);
    await store.publish({ table, clear, cells: this.#cellsOf(partitions), state: after }, signal);
  }

  async *#cellsOf(partitions: readonly string[]): AsyncGenerator<readonly Cell[]> {
    const { onProgress, signal } = this.#options;
    const report = (done: number): void =>
      onProgress?.({ phase: 'publishing', rows: this.#rows, done, total: this.#total });
    for (const name of partitions) {
      report(this.#done);
      const expected = this.#state.partitions.get(name)?.rows ?? 0;
      const start = this.#rows;
      const span = this.#spanOf(name);
      for await (const batch of cellsOf(this.#metric, span.grain, this.#counted(this.#rowsOf(span)))) {
        signal.throwIfAborted();
        this.#cells += batch.length;
        yield batch;
        if (expected > 0) report(this.#done + Math.min((this.#rows - start) / expected, 0.99));
      }
      this.#done++;
    }
    report(this.#done);
  }

  async *#counted(batches: AsyncIterable<Rows>): AsyncGenerator<Rows> {
    for await (const rows of batches) {
      this.#rows += rows.length;
      yield rows;
    }
  }

  /** Returns a partition's periods rounded out to whole cells. */
  #spanOf(partition: string): Span {
    const periods = this.#periodsOf(partition);
    const first = periods[0] as CellPeriod;
    const last = periods.at(-1) as CellPeriod;
    return { grain: first.grain, first: first.first, last: last.first + last.slots - 1 };
  }

  #periodsOf(partition: string): CellPeriod[] {
    return cellPeriods(this.#metric.shape.kind, partitionSpan(partition));
  }

  #rowsOf(span: Span): AsyncIterable<Rows> {
    const { warehouse, signal } = this.#options;
    const table = tableOf(this.#metric);
    const asked = { table, ...span, where: [] };
    if (span.grain !== 'monthly' || !sumsMonths(this.#metric))
      return warehouse.select({ ...asked, anyOrder: true }, signal);
    const stored = warehouse.select(asked, signal);
    const days = refine(span, 'daily');
    const summed = warehouse.select({ table, ...days, where: [], sumTo: 'monthly' }, signal);
    return mergeRows(table, stored, summed);
  }
}

/**
 * Tells whether the store may hold cells whose rows are gone: the partition lost rows since it was published,
 * or is older than the published one because a backup was restored.
 */
function mayHaveLost(partition: string, before: TableState, after: TableState): boolean {
  const published = before.partitions.get(partition)?.version ?? 0;
  const now = after.partitions.get(partition);
  return !now || now.removed > published || now.version < published;
}

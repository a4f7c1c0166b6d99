import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Entries } from '../core/question/answer.ts';
import { decodeSeriesCell, decodeTopCell, type SeriesCell } from '../core/cell/cell.ts';
import { cellKeyOf, cellKeysOf, type CellKey, type CellPeriod, type SeriesKey } from '../core/cell/layout.ts';
import type { SeriesMetric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { versionIn, type TableState } from '../core/time/table-state.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import { CellCache, type Decoded } from './cell-cache.ts';
import type { Guard } from './guard.ts';

/** Cells of one series to read from the store, with the cache key of each. */
interface Wanted {
  readonly metric: SeriesMetric;
  readonly series: SeriesKey;
  readonly periods: CellPeriod[];
  readonly memos: string[];
  cells: Promise<readonly Decoded[]>;
}

/** A cell that is being read, and its index among those that are read with it. */
interface Flight {
  readonly wanted: Wanted;
  readonly at: number;
}

/** The cells of a series before its read has begun. */
const NONE: Promise<readonly Decoded[]> = Promise.resolve([]);

/** The maximum number of cells in one multi-get. */
const MAX_CELLS = 10_000;
/** The maximum number of tables that have a loader. */
const MAX_TABLES = 1000;

/**
 * Reads, decodes and caches cells. The misses of one turn of the event loop become one multi-get for
 * each table, unless the store has its cells at once. A cell that is already being read isn't asked for again. The guard's deadline bounds
 * each read; a caller that goes away doesn't cancel it, because others may wait for it.
 */
export class CellReader {
  readonly #store: SeriesStore;
  readonly #guard: Guard;
  readonly #cache: CellCache;
  /** The loaders by table, because several metrics may read one table. */
  readonly #loaders = new LRUCache<string, DataLoader<Wanted, readonly Decoded[]>>({ max: MAX_TABLES });
  readonly #flights = new Map<string, Flight>();

  /** @param cacheBytes the memory that cached cells may take; 0 turns the cache off */
  constructor(store: SeriesStore, guard: Guard, cacheBytes: number) {
    this.#store = store;
    this.#guard = guard;
    this.#cache = new CellCache(cacheBytes);
  }

  get usage(): { bytes: number; cells: number } {
    return this.#cache.usage;
  }

  /**
   * Reads cells of one series, one for each period.
   * @param state the state of the metric's table; a partition's version is part of the cache key
   * @returns the cells if all are cached, else a promise of them, which rejects with EngineError
   */
  read(
    metric: SeriesMetric,
    series: SeriesKey,
    periods: readonly CellPeriod[],
    state: TableState,
  ): Decoded[] | Promise<Decoded[]> {
    const table = tableOf(metric).name;
    const prefix = `${table}\0${series.row}\0${series.column}\0`;
    const cells = new Array<Decoded>(periods.length).fill(null);
    const flying: { place: number; flight: Flight }[] = [];
    let wanted: Wanted | undefined;
    for (let place = 0; place < periods.length; place++) {
      const period = periods[place] as CellPeriod;
      const { grain, first, slots, row, column } = period;
      const version = versionIn(state, { grain, first, last: first + slots - 1 });
      const memo = `${prefix}${version}\0${row}${column}`;
      const cached = this.#cache.get(memo);
      if (cached) {
        cells[place] = cached.cell;
        continue;
      }
      const read = this.#readNow(metric, table, cellKeyOf(series, period));
      if (read !== undefined) {
        this.#cache.set(memo, read);
        cells[place] = read;
        continue;
      }
      let flight = this.#flights.get(memo);
      if (!flight) {
        wanted ??= { metric, series, periods: [], memos: [], cells: NONE };
        flight = { wanted, at: wanted.memos.length };
        wanted.periods.push(period);
        wanted.memos.push(memo);
        this.#flights.set(memo, flight);
      }
      flying.push({ place, flight });
    }
    if (wanted) {
      wanted.cells = this.#loaderOf(table).load(wanted);
      // The callers that wait for the cells handle a rejection; this one only keeps it from ending the process.
      wanted.cells.catch(() => undefined);
    }
    return flying.length === 0 ? cells : fillInFlight(cells, flying);
  }

  /**
   * Reads a cell from a store that doesn't wait.
   * @returns undefined if the store isn't such a one, or fails; then the cell is read with the guard, which tells the failure
   */
  #readNow(metric: SeriesMetric, table: string, key: CellKey): Decoded | undefined {
    if (!this.#store.readNow) return undefined;
    try {
      const bytes = this.#store.readNow(table, key);
      return bytes === undefined ? null : decode(metric, bytes);
    } catch {
      return undefined;
    }
  }

  /** The loader that batches all reads of a table within one turn of the event loop. */
  #loaderOf(table: string): DataLoader<Wanted, readonly Decoded[]> {
    let loader = this.#loaders.get(table);
    if (!loader) {
      const options = { cache: false, batchScheduleFn: setImmediate };
      loader = new DataLoader((wanted) => this.#readMany(table, wanted), options);
      this.#loaders.set(table, loader);
    }
    return loader;
  }

  async #readMany(table: string, wanted: readonly Wanted[]): Promise<Decoded[][]> {
    try {
      const keys = wanted.flatMap(({ series, periods }) => cellKeysOf(series, periods));
      const calls = Array.from({ length: Math.ceil(keys.length / MAX_CELLS) }, (_, i) =>
        this.#guard.run((signal) =>
          this.#store.read(table, keys.slice(i * MAX_CELLS, (i + 1) * MAX_CELLS), signal),
        ),
      );
      const values = (await Promise.all(calls)).flat();
      let at = 0;
      return wanted.map(({ metric, memos }) =>
        memos.map((memo) => {
          const bytes = values[at++];
          const cell = bytes === undefined ? null : decode(metric, bytes);
          this.#cache.set(memo, cell);
          return cell;
        }),
      );
    } finally {
      for (const { memos } of wanted) for (const memo of memos) this.#flights.delete(memo);
    }
  }
}

/** Waits for the cells that are being read and puts them into their places. */
async function fillInFlight(
  cells: Decoded[],
  flying: readonly { place: number; flight: Flight }[],
): Promise<Decoded[]> {
  let last: Wanted | undefined;
  let read: readonly Decoded[] = [];
  for (const { place, flight } of flying) {
    if (flight.wanted !== last) read = await (last = flight.wanted).cells;
    cells[place] = read[flight.at] as Decoded;
  }
  return cells;
}

function decode(metric: SeriesMetric, bytes: Uint8Array): SeriesCell | Entries {
  return metric.shape.kind === 'top'
    ? decodeTopCell(bytes, metric.shape.entry.length, Object.keys(metric.measures).length)
    : decodeSeriesCell(bytes);
}

import type { Entries } from '../core/answer.ts';
import { decodeSeriesCell, decodeTopCell, type SeriesCell } from '../core/cell.ts';
import { cellKeysOf, type CellKey, type CellPeriod, type SeriesKey } from '../core/layout.ts';
import type { SeriesMetric } from '../core/metric.ts';
import { tableOf } from '../core/table.ts';
import { versionIn, type TableState } from '../core/table-state.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import { CellCache, type Decoded } from './cell-cache.ts';
import type { Guard } from './guard.ts';

/** What one turn of the event loop asks of a table: one multi-get. */
interface Batch {
  readonly keys: CellKey[];
  /** What each cell is cached under. */
  readonly memos: string[];
  readonly cells: Promise<readonly Decoded[]>;
}

/** A cell that is under way, and its place in its batch. */
interface Flight {
  readonly batch: Batch;
  readonly at: number;
}

/** The most cells that one multi-get asks for. */
const MOST_CELLS = 10_000;

/**
 * Cells, decoded and cached. The misses of one turn of the event loop become one multi-get a table; a cell that is
 * under way is waited for, not asked for again. Reads are bounded by the guard's deadline and
 * belong to nobody: who goes away leaves them to the others.
 */
export class CellReader {
  readonly #store: SeriesStore;
  readonly #guard: Guard;
  readonly #cache: CellCache;
  /** The batches that can still be added to, by their table, which several metrics may read. */
  readonly #gathering = new Map<string, Batch>();
  readonly #flights = new Map<string, Flight>();

  /** @param cacheBytes the most that decoded cells may take; 0 turns the cache off */
  constructor(store: SeriesStore, guard: Guard, cacheBytes: number) {
    this.#store = store;
    this.#guard = guard;
    this.#cache = new CellCache(cacheBytes);
  }

  /** Bytes that the cache holds, and how many cells. */
  get usage(): { bytes: number; cells: number } {
    return this.#cache.usage;
  }

  /**
   * Cells of one series, one a period.
   * @param state of the metric's table: in another version of its partition a cell is another cell
   * @returns the cells themselves where all are cached, else a promise of them; rejects with EngineError
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
    const missing: { place: number; flight: Flight }[] = [];
    let keys: CellKey[] | undefined;
    for (let place = 0; place < periods.length; place++) {
      const { grain, first, slots, row, column } = periods[place] as CellPeriod;
      const version = versionIn(state, { grain, first, last: first + slots - 1 });
      const memo = `${prefix}${version}\0${row}${column}`;
      const cached = this.#cache.get(memo);
      if (cached) {
        cells[place] = cached.cell;
        continue;
      }
      let flight = this.#flights.get(memo);
      if (!flight) {
        keys ??= cellKeysOf(series, periods);
        flight = this.#board(metric, table, keys[place] as CellKey, memo);
      }
      missing.push({ place, flight });
    }
    return missing.length === 0 ? cells : land(cells, missing);
  }

  #board(metric: SeriesMetric, table: string, key: CellKey, memo: string): Flight {
    let batch = this.#gathering.get(table);
    if (!batch || batch.keys.length === MOST_CELLS)
      this.#gathering.set(table, (batch = this.#gather(metric, table)));
    const flight = { batch, at: batch.keys.length };
    batch.keys.push(key);
    batch.memos.push(memo);
    this.#flights.set(memo, flight);
    return flight;
  }

  /** A batch that departs when all requests that this turn of the event loop brought have asked. */
  #gather(metric: SeriesMetric, table: string): Batch {
    const cells = turnsEnd().then(() => {
      if (this.#gathering.get(table) === batch) this.#gathering.delete(table);
      return this.#readMany(metric, batch);
    });
    // Whoever still waits for it is told.
    cells.catch(() => undefined);
    const batch: Batch = { keys: [], memos: [], cells };
    return batch;
  }

  async #readMany(metric: SeriesMetric, { keys, memos }: Batch): Promise<Decoded[]> {
    try {
      const values = await this.#guard.run((signal) => this.#store.read(tableOf(metric).name, keys, signal));
      return values.map((bytes, i) => {
        const cell = bytes === undefined ? null : decode(metric, bytes);
        this.#cache.set(memos[i] as string, cell);
        return cell;
      });
    } finally {
      for (const memo of memos) this.#flights.delete(memo);
    }
  }
}

/** Puts the cells that were under way into their places. */
async function land(
  cells: Decoded[],
  missing: readonly { place: number; flight: Flight }[],
): Promise<Decoded[]> {
  let last: Batch | undefined;
  let read: readonly Decoded[] = [];
  for (const { place, flight } of missing) {
    if (flight.batch !== last) {
      last = flight.batch;
      read = await last.cells;
    }
    cells[place] = read[flight.at] as Decoded;
  }
  return cells;
}

function turnsEnd(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function decode(metric: SeriesMetric, bytes: Uint8Array): SeriesCell | Entries {
  return metric.shape.kind === 'top'
    ? decodeTopCell(bytes, metric.shape.entry.length, Object.keys(metric.measures).length)
    : decodeSeriesCell(bytes);
}

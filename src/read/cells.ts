import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Entries } from '../core/question/answer.ts';
import { decodeSeriesCell, decodeTopCell, type SeriesCell } from '../core/cell/cell.ts';
import { cellKeysOf, type CellPeriod, type SeriesKey } from '../core/cell/layout.ts';
import type { SeriesMetric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { versionIn, type TableState } from '../core/time/table-state.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import { CellCache, type Decoded } from './cell-cache.ts';
import type { Guard } from './guard.ts';

/** Cells of one series that are read from the store, and what each of them is cached under. */
interface Wanted {
  readonly metric: SeriesMetric;
  readonly series: SeriesKey;
  readonly periods: CellPeriod[];
  readonly memos: string[];
  cells: Promise<readonly Decoded[]>;
}

/** A cell that is under way, and its place among those that are read with it. */
interface Flight {
  readonly wanted: Wanted;
  readonly at: number;
}

/** Those of a series that isn't asked for yet. */
const NONE: Promise<readonly Decoded[]> = Promise.resolve([]);

/** The most cells that one multi-get asks for. */
const MAX_CELLS = 10_000;
/** So many tables have their misses gathered at the same time. */
const MAX_TABLES = 1000;

/**
 * Cells, decoded and cached. The misses of one turn of the event loop become one multi-get a table; a cell that is
 * under way is waited for, not asked for again. Reads are bounded by the guard's deadline and
 * belong to nobody: who goes away leaves them to the others.
 */
export class CellReader {
  readonly #store: SeriesStore;
  readonly #guard: Guard;
  readonly #cache: CellCache;
  /** By table, which several metrics may read. */
  readonly #loaders = new LRUCache<string, DataLoader<Wanted, readonly Decoded[]>>({ max: MAX_TABLES });
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
      // Whoever waits for it is told.
      wanted.cells.catch(() => undefined);
    }
    return flying.length === 0 ? cells : fillInFlight(cells, flying);
  }

  /** Gathers what all requests that one turn of the event loop brought ask of a table. */
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

/** Puts the cells that were under way into their places. */
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

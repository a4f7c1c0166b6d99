import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Entries } from '../core/answer.ts';
import { decodeSeriesCell, decodeTopCell, type SeriesCell } from '../core/cell.ts';
import { cellKeyOf, type CellPeriod, type SeriesKey } from '../core/layout.ts';
import type { SeriesMetric } from '../core/metric.ts';
import { tableOf } from '../core/table.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Guard } from './guard.ts';

/** A decoded cell; null where the store has none, which is worth remembering too. */
type Decoded = SeriesCell | Entries | null;

interface Wanted {
  /** The cell and its version: what it is cached under. */
  readonly memo: string;
  readonly series: SeriesKey;
  readonly period: CellPeriod;
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
  readonly #cache: LRUCache<string, { cell: Decoded }>;
  readonly #loaders = new Map<string, DataLoader<Wanted, Decoded, string>>();
  readonly #flights = new Map<string, Promise<Decoded>>();

  /** @param cacheBytes the most that decoded cells may take; 0 turns the cache off */
  constructor(store: SeriesStore, guard: Guard, cacheBytes: number) {
    this.#store = store;
    this.#guard = guard;
    this.#cache = new LRUCache({
      maxSize: Math.max(cacheBytes, 1),
      sizeCalculation: ({ cell }, key) => key.length * 2 + sizeOf(cell),
    });
  }

  /** Bytes that the cache holds, and how many cells. */
  get usage(): { bytes: number; cells: number } {
    return { bytes: this.#cache.calculatedSize, cells: this.#cache.size };
  }

  /**
   * One cell of one series.
   * @param version that of the partitions it lies in: another version is another cell
   * @returns the cell itself where it is cached, else a promise of it; rejects with EngineError
   */
  read(
    metric: SeriesMetric,
    series: SeriesKey,
    period: CellPeriod,
    version: number,
  ): Decoded | Promise<Decoded> {
    const memo = `${tableOf(metric).name}\0${version}\0${period.row}${period.column}\0${series.row}\0${series.column}`;
    const cached = this.#cache.get(memo);
    if (cached) return cached.cell;
    let flight = this.#flights.get(memo);
    if (!flight) {
      flight = this.#loader(metric).load({ memo, series, period });
      this.#flights.set(memo, flight);
    }
    return flight;
  }

  #loader(metric: SeriesMetric): DataLoader<Wanted, Decoded, string> {
    // By its table, which several metrics may read: a saved question can have another base tomorrow.
    const table = tableOf(metric).name;
    let loader = this.#loaders.get(table);
    if (!loader) {
      loader = new DataLoader((wanted) => this.#readMany(metric, wanted), {
        cache: false,
        maxBatchSize: MOST_CELLS,
        // All requests that one turn of the event loop brought share a read.
        batchScheduleFn: (dispatch) => setImmediate(dispatch),
      });
      this.#loaders.set(table, loader);
    }
    return loader;
  }

  async #readMany(metric: SeriesMetric, wanted: readonly Wanted[]): Promise<Decoded[]> {
    try {
      const keys = wanted.map(({ series, period }) => cellKeyOf(series, period));
      const values = await this.#guard.run((signal) => this.#store.read(tableOf(metric).name, keys, signal));
      return values.map((bytes, i) => {
        const cell = bytes === undefined ? null : decode(metric, bytes);
        this.#cache.set((wanted[i] as Wanted).memo, { cell });
        return cell;
      });
    } finally {
      // For all of them at once, which spares several promises a cell.
      for (const { memo } of wanted) this.#flights.delete(memo);
    }
  }
}

function decode(metric: SeriesMetric, bytes: Uint8Array): SeriesCell | Entries {
  return metric.shape.kind === 'top'
    ? decodeTopCell(bytes, metric.shape.entry.length, Object.keys(metric.measures).length)
    : decodeSeriesCell(bytes);
}

/** An estimate, in bytes. */
function sizeOf(cell: Decoded): number {
  if (cell === null) return 64;
  if ('presence' in cell) return 200 + cell.presence.length * (1 + 8 * cell.measures.length);
  return 200 + cell.length * (16 + 80 * cell.dimensions.length + 8 * cell.measures.length);
}

import { decodeSeriesCell, decodeTopCell } from '../core/cell/cell.ts';
import { CellFormatError } from '../core/cell/cell-format-error.ts';
import { lastPart } from '../core/cell/layout.ts';
import type { Metric } from '../core/metric/metric.ts';
import { partitionName } from '../core/time/partition.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { type Grain, type Ordinal, ordinalAt } from '../core/time/time.ts';
import type { SeriesStore, StoredCell } from '../stores/series-store.ts';
import { type PeriodSums, sumNames } from './period-sums.ts';
import { grainOfRow } from './store-facts.ts';

/** What a store's cells of a table add up to. */
export interface StoreSums {
  /** By partition. */
  readonly partitions: ReadonlyMap<string, PeriodSums>;
  /** The partitions with a cell that can't be read, and why. */
  readonly damaged: ReadonlyMap<string, string>;
}

/**
 * Adds up the rows of a table's cells by period, one batch of cells at a time.
 * @param isMeant whether the cells of a partition count
 * @returns undefined if the store can't stream
 * @throws EngineError if the store itself is damaged
 */
export async function storeSums(
  store: SeriesStore,
  metric: Metric,
  isMeant: (partition: string) => boolean,
  signal: AbortSignal,
): Promise<StoreSums | undefined> {
  const table = tableOf(metric);
  const cells = store.scan?.(table.name, signal);
  if (!cells) return undefined;
  const partitions = new Map<string, PeriodSums>();
  const damaged = new Map<string, string>();
  const width = sumNames(table).length;
  for await (const batch of cells) {
    for (const cell of batch) {
      const place = placeOf(cell);
      if (!place) continue;
      const partition = partitionName(place.grain, place.first);
      if (!isMeant(partition)) continue;
      let sums = partitions.get(partition);
      if (!sums) partitions.set(partition, (sums = new Map<Ordinal, Float64Array>()));
      try {
        addCell(metric, cell, place.first, sums, width);
      } catch (error) {
        if (!(error instanceof CellFormatError)) throw error;
        damaged.set(partition, error.message);
      }
    }
  }
  return { partitions, damaged };
}

function addCell(
  metric: Metric,
  { value }: StoredCell,
  first: Ordinal,
  sums: PeriodSums,
  width: number,
): void {
  const count = Object.keys(metric.measures).length;
  if (metric.shape.kind === 'top') {
    const list = decodeTopCell(value, metric.shape.entry.length, count);
    const own = sumsAt(sums, first, width);
    own[0] = (own[0] ?? 0) + list.length;
    [...list.measures, list.ranks].forEach((numbers, at) => {
      for (const number of numbers) if (number === number) own[at + 1] = (own[at + 1] ?? 0) + number;
    });
    return;
  }
  const { presence, measures } = decodeSeriesCell(value);
  for (let slot = 0; slot < presence.length; slot++) {
    if (presence[slot] !== 1) continue;
    const own = sumsAt(sums, first + slot, width);
    own[0] = (own[0] ?? 0) + 1;
    for (let m = 0; m < count; m++) {
      const number = measures[m]?.[slot] ?? NaN;
      if (number === number) own[m + 1] = (own[m + 1] ?? 0) + number;
    }
  }
}

function sumsAt(sums: PeriodSums, ordinal: Ordinal, width: number): Float64Array {
  let own = sums.get(ordinal);
  if (!own) sums.set(ordinal, (own = new Float64Array(width)));
  return own;
}

/** Returns the grain of a cell and its first period, by the ends of its keys: `D2024` and `03` or `0315`. */
function placeOf({ row, column }: StoredCell): { grain: Grain; first: Ordinal } | undefined {
  const grain = grainOfRow(row);
  const digits = lastPart(row).slice(1) + lastPart(column);
  if (!grain || !/^\d{4,8}$/.test(digits)) return undefined;
  const at = (from: number, otherwise: string): number => Number(digits.slice(from, from + 2) || otherwise);
  const ms = Date.UTC(Number(digits.slice(0, 4)), at(4, '1') - 1, at(6, '1'));
  return { grain, first: ordinalAt(grain, ms) };
}

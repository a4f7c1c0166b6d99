import { encodeSeriesCell, encodeTopCell } from '../core/cell/cell.ts';
import { cellKeyOf, type CellPeriod, cellPeriods, type SeriesKey, seriesKeyOf } from '../core/cell/layout.ts';
import type { SeriesMetric } from '../core/metric/metric.ts';
import type { Rows } from '../core/metric/table.ts';
import type { Grain, Ordinal } from '../core/time/time.ts';
import type { Cell } from '../stores/series-store.ts';

const BATCH_CELLS = 1024;

/**
 * Packs rows into cells. The rows of a series, or of a list, must lie together, sorted by period or rank, and must be
 * all rows of their cells' periods.
 */
export async function* cellsOf(
  metric: SeriesMetric,
  grain: Grain,
  batches: AsyncIterable<Rows>,
): AsyncGenerator<Cell[]> {
  const packer = metric.shape.kind === 'series' ? new SeriesPacker(metric) : new TopPacker(metric);
  let cells: Cell[] = [];
  let values: readonly string[] = [];
  let series: SeriesKey = { row: '', column: '' };
  let period: CellPeriod | undefined;
  const finish = (finished: CellPeriod): void => {
    cells.push({ ...cellKeyOf(series, finished), value: packer.pack() });
  };
  for await (const rows of batches) {
    for (let i = 0; i < rows.length; i++) {
      const ordinal = rows.ordinals[i] as Ordinal;
      const same = period !== undefined && sameSeries(rows, i, values);
      if (!same || !holds(period as CellPeriod, ordinal)) {
        if (period) finish(period);
        if (!same) {
          values = rows.dimensions.map((column) => column[i] as string);
          series = seriesKeyOf(metric, values);
        }
        period = periodOf(metric, grain, ordinal);
        packer.start(period);
        if (cells.length >= BATCH_CELLS) {
          yield cells;
          cells = [];
        }
      }
      packer.add(rows, i);
    }
  }
  if (period) finish(period);
  if (cells.length > 0) yield cells;
}

function periodOf(metric: SeriesMetric, grain: Grain, ordinal: Ordinal): CellPeriod {
  return cellPeriods(metric.shape.kind, { grain, first: ordinal, last: ordinal })[0] as CellPeriod;
}

function holds(period: CellPeriod, ordinal: Ordinal): boolean {
  return period.first <= ordinal && ordinal < period.first + period.slots;
}

function sameSeries(rows: Rows, i: number, values: readonly string[]): boolean {
  for (let d = 0; d < values.length; d++) if (rows.dimensions[d]![i] !== values[d]) return false;
  return true;
}

/** Collects the rows of one cell. */
interface Packer {
  start(period: CellPeriod): void;
  add(rows: Rows, i: number): void;
  pack(): Uint8Array;
}

class SeriesPacker implements Packer {
  readonly #measureCount: number;
  #first: Ordinal = 0;
  #presence = new Uint8Array(0);
  #measures: Float64Array[] = [];

  constructor(metric: SeriesMetric) {
    this.#measureCount = Object.keys(metric.measures).length;
  }

  start(period: CellPeriod): void {
    this.#first = period.first;
    if (this.#presence.length === period.slots) {
      this.#presence.fill(0);
    } else {
      this.#presence = new Uint8Array(period.slots);
      this.#measures = Array.from({ length: this.#measureCount }, () => new Float64Array(period.slots));
    }
  }

  add(rows: Rows, i: number): void {
    const slot = (rows.ordinals[i] as Ordinal) - this.#first;
    this.#presence[slot] = 1;
    for (let m = 0; m < this.#measureCount; m++) this.#measures[m]![slot] = rows.measures[m]![i] as number;
  }

  pack(): Uint8Array {
    return encodeSeriesCell(this.#presence, this.#measures);
  }
}

class TopPacker implements Packer {
  readonly #metric: SeriesMetric;
  #ranks: number[] = [];
  #entry: string[][] = [];
  #measures: number[][] = [];

  constructor(metric: SeriesMetric) {
    this.#metric = metric;
  }

  start(): void {
    const { shape, measures } = this.#metric;
    this.#ranks = [];
    this.#entry = shape.kind === 'top' ? shape.entry.map(() => []) : [];
    this.#measures = Object.keys(measures).map(() => []);
  }

  add(rows: Rows, i: number): void {
    this.#ranks.push(rows.ranks?.[i] as number);
    for (const [d, column] of this.#entry.entries()) column.push(rows.entry[d]![i] as string);
    for (const [m, column] of this.#measures.entries()) column.push(rows.measures[m]![i] as number);
  }

  pack(): Uint8Array {
    return encodeTopCell({
      length: this.#ranks.length,
      dimensions: this.#entry,
      ranks: this.#ranks,
      measures: this.#measures,
    });
  }
}

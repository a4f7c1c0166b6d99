import { dimensionIndex, type SeriesMetric } from '../metric/metric.ts';
import type { Grain, Ordinal, Span } from '../time/time.ts';
import { ordinalAt, startOf } from '../time/time.ts';

/**
 * The periods of one cell, the same in every series store. Cells are few and large. A row holds a year of
 * days, a month of hours, or all months; a cell in it holds a month of days, a day of hours, or a year of
 * months. Each list of a top has its own cell.
 */
export interface CellPeriod {
  readonly grain: Grain;
  /** The end of the row key, the row's period: `D2024`, `H202403`, `M`. */
  readonly row: string;
  /** The end of the column qualifier, the cell's period in its row: `03`. */
  readonly column: string;
  readonly first: Ordinal;
  /** How many periods the cell has room for. */
  readonly slots: number;
  /** Whether the cell stands alone, because it is large: a list. The others are small, and read together. */
  readonly alone: boolean;
}

export interface CellKey {
  readonly row: Uint8Array;
  readonly column: Uint8Array;
  /**
   * The length of the cell's period at the end of `column`, in bytes; 0 for a cell that stands alone, whose
   * column begins no other's. Cells whose keys differ only in these bytes are a series' small cells of one row:
   * an engine may keep them as one value.
   */
  readonly periodBytes: number;
}

/** The cells that hold the periods of a span, oldest first. */
export function cellPeriods(kind: 'series' | 'top', span: Span): CellPeriod[] {
  const periods: CellPeriod[] = [];
  for (let ordinal = span.first; ordinal <= span.last;) {
    const period = kind === 'top' ? topPeriod(span.grain, ordinal) : seriesPeriod(span.grain, ordinal);
    periods.push(period);
    ordinal = period.first + period.slots;
  }
  return periods;
}

const known = new Map<number, CellPeriod>();

function seriesPeriod(grain: Grain, ordinal: Ordinal): CellPeriod {
  const unit = { hourly: 'daily', daily: 'monthly', monthly: 'yearly' }[storedGrain(grain)] as Grain;
  const unitOrdinal = ordinalAt(unit, startOf(grain, ordinal));
  // Each stored grain has another unit, so unit and ordinal together identify the cell.
  const memo = unitOrdinal * 4 + (unit === 'daily' ? 1 : unit === 'monthly' ? 2 : 3);
  let period = known.get(memo);
  if (!period) {
    const digits = new Date(startOf(unit, unitOrdinal)).toISOString().replaceAll('-', '');
    const first = ordinalAt(grain, startOf(unit, unitOrdinal));
    const slots = ordinalAt(grain, startOf(unit, unitOrdinal + 1)) - first;
    const [row, column] =
      grain === 'hourly'
        ? [`H${digits.slice(0, 6)}`, digits.slice(6, 8)]
        : grain === 'daily'
          ? [`D${digits.slice(0, 4)}`, digits.slice(4, 6)]
          : ['M', digits.slice(0, 4)];
    period = { grain, row, column, first, slots, alone: false };
    if (known.size > 100_000) known.clear();
    known.set(memo, period);
  }
  return period;
}

function topPeriod(grain: Grain, ordinal: Ordinal): CellPeriod {
  const digits = new Date(startOf(grain, ordinal)).toISOString().replaceAll('-', '');
  const [row, column] =
    grain === 'monthly' ? ['M', digits.slice(0, 6)] : [`D${digits.slice(0, 4)}`, digits.slice(4, 8)];
  return { grain, row, column, first: ordinal, slots: 1, alone: true };
}

function storedGrain(grain: Grain): 'hourly' | 'daily' | 'monthly' {
  if (grain === 'weekly' || grain === 'yearly')
    throw new Error(`the grain ${grain} has no cells: it is summed`);
  return grain;
}

/** The beginning of the keys of all cells of a series. Each value is ended by 0x00. */
export interface SeriesKey {
  readonly row: string;
  readonly column: string;
}

/** The key of a series. @param values one for each dimension, in the order of `metric.dimensions` */
export function seriesKeyOf(metric: SeriesMetric, values: readonly string[]): SeriesKey {
  return { row: joined(metric, metric.key.row, values), column: joined(metric, metric.key.column, values) };
}

function joined(metric: SeriesMetric, names: readonly string[], values: readonly string[]): string {
  let key = '';
  for (const name of names) {
    const index = dimensionIndex(metric, name);
    key += `${values[index]}\0`;
  }
  return key;
}

/** The key of one cell of a series, in UTF-8. */
export function cellKeyOf(series: SeriesKey, period: CellPeriod): CellKey {
  return {
    row: Buffer.from(series.row + period.row),
    column: Buffer.from(series.column + period.column),
    periodBytes: periodBytesOf(period),
  };
}

/** The keys of some cells of a series. Consecutive cells of one row share the buffer of its key. */
export function cellKeysOf(series: SeriesKey, periods: readonly CellPeriod[]): CellKey[] {
  let last: { row: Uint8Array; of: string } | undefined;
  return periods.map((period) => {
    const { row, column } = period;
    if (last?.of !== row) last = { row: Buffer.from(series.row + row), of: row };
    return { row: last.row, column: Buffer.from(series.column + column), periodBytes: periodBytesOf(period) };
  });
}

/** Periods are digits: a byte a character. */
function periodBytesOf({ alone, column }: CellPeriod): number {
  return alone ? 0 : column.length;
}

/**
 * A function that says whether a cell, of any series, holds one of these periods. It compares the parts
 * of row and column after their last 0x00, which ends the values of dimensions.
 */
export function periodMatcher(
  periods: readonly Pick<CellPeriod, 'row' | 'column'>[],
): (cell: Pick<CellKey, 'row' | 'column'>) => boolean {
  const wanted = new Set(periods.map(({ row, column }) => `${row}\0${column}`));
  return ({ row, column }) => wanted.has(`${lastPart(row)}\0${lastPart(column)}`);
}

/** The part of a row or column after its last 0x00: its period. */
export function lastPart(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(bytes.lastIndexOf(0) + 1)).toString();
}

import { rowsInCell } from '../core/cell/cell.ts';
import { lastPart } from '../core/cell/layout.ts';
import type { Grain } from '../core/time/time.ts';
import type { SeriesStore, StoredCell } from '../stores/series-store.ts';

/** What a series store holds of a table's rows of one grain. */
export interface StoredGrain {
  /** The series of each period of rows: a series of five years of days has five. A list has one. */
  readonly keys: number;
  readonly cells: number;
  readonly rows: number;
  /** The bytes of keys and values, without the store's own pages. */
  readonly bytes: number;
}

/** A key with what it takes. Keys of one series and one year of days are one. */
export interface LargeKey {
  readonly table: string;
  readonly key: string;
  readonly bytes: number;
}

export interface StoreFacts {
  readonly grains: ReadonlyMap<Grain, StoredGrain>;
  /** The keys with the most bytes, the largest first. */
  readonly largest: readonly LargeKey[];
}

const GRAIN_OF: Readonly<Record<string, Grain>> = { H: 'hourly', D: 'daily', M: 'monthly' };

/** The grain of the rows under a row's key, by its period: `D2024` is daily. Undefined if it is no such period. */
export function grainOfRow(row: Uint8Array): Grain | undefined {
  return GRAIN_OF[lastPart(row).charAt(0)];
}

/**
 * Counts what a store holds of a table, by streaming its cells: it holds a batch of them at a time.
 * @param kind what the table's metric answers with
 * @param most how many of the largest keys are returned
 * @returns undefined if the store can't stream
 * @throws EngineError; CellFormatError
 */
export async function storeFacts(
  store: SeriesStore,
  { table, kind, most }: { table: string; kind: 'series' | 'top'; most: number },
  signal: AbortSignal,
): Promise<StoreFacts | undefined> {
  const cells = store.scan?.(table, signal);
  if (!cells) return undefined;
  const grains = new Map<Grain, { keys: number; cells: number; rows: number; bytes: number }>();
  const largest = new Largest(most);
  let open: { readonly cell: StoredCell; bytes: number } | undefined;
  const finish = (): void => {
    if (open)
      largest.offer(open.bytes, () => ({
        table,
        key: keyInWords((open as { cell: StoredCell }).cell),
        bytes: open?.bytes ?? 0,
      }));
  };
  for await (const batch of cells) {
    for (const cell of batch) {
      const grain = grainOfRow(cell.row);
      if (!grain) continue;
      const known = grains.get(grain) ?? { keys: 0, cells: 0, rows: 0, bytes: 0 };
      grains.set(grain, known);
      if (!open || !isSameKey(open.cell, cell)) {
        finish();
        open = { cell, bytes: 0 };
        known.keys++;
      }
      open.bytes += cell.bytes;
      known.cells++;
      known.rows += rowsInCell(kind, cell.value);
      known.bytes += cell.bytes;
    }
  }
  finish();
  return { grains, largest: largest.keys };
}

function isSameKey(one: StoredCell, other: StoredCell): boolean {
  if (one.periodBytes === 0 || other.periodBytes === 0) return false;
  return Buffer.compare(one.row, other.row) === 0 && Buffer.compare(seriesPart(one), seriesPart(other)) === 0;
}

/** The column without the cell's period. */
function seriesPart({ column, periodBytes }: StoredCell): Uint8Array {
  return column.subarray(0, column.length - periodBytes);
}

/** A key for people: its values with blanks between them, without control characters. */
function keyInWords(cell: StoredCell): string {
  const parts = [cell.row, seriesPart(cell)].flatMap((bytes) => Buffer.from(bytes).toString().split('\0'));
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .replace(/\p{Cc}/gu, '\ufffd');
}

/** The largest keys that were offered. */
class Largest {
  readonly #most: number;
  readonly keys: LargeKey[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  offer(bytes: number, made: () => LargeKey): void {
    const least = this.keys.at(-1);
    if (this.#most === 0 || (this.keys.length === this.#most && least && least.bytes >= bytes)) return;
    if (this.keys.length === this.#most) this.keys.pop();
    const at = this.keys.findIndex((key) => key.bytes < bytes);
    this.keys.splice(at < 0 ? this.keys.length : at, 0, made());
  }
}

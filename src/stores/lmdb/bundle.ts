import type { CellKey } from '../../core/cell/layout.ts';

/*
 * A bundle: the small cells of one series in one row as one value, such as the months of a year. For each cell,
 * in the order of the periods' bytes: the period's length (a byte), the period, the cell's length, the cell. A
 * length below 255 is one byte; others are 255 and four bytes, little-endian. A cell that stands alone is a
 * bundle of one, whose period is empty.
 */
const LONG = 255;

/** The end of a cell's key: a column that ends with the cell's period. */
export type PeriodKey = Pick<CellKey, 'column' | 'periodBytes'>;

/**
 * Finds a cell.
 * @param size the bundle's length
 * @returns its bytes in the bundle, not a copy
 * @throws RangeError if the bundle is damaged
 */
export function cellIn(bundle: Uint8Array, size: number, key: PeriodKey): Uint8Array | undefined {
  for (let at = 0; at < size;) {
    const start = startOfCell(bundle, at);
    const end = endOfCell(bundle, at, size);
    if (compare(bundle, at, key) === 0) return bundle.subarray(start, end);
    at = end;
  }
  return undefined;
}

/**
 * Yields the cells of a bundle: their periods and their bytes, which are parts of the bundle, not copies.
 * @throws RangeError if the bundle is damaged
 */
export function* cellsOfBundle(bundle: Uint8Array): Generator<{ period: Uint8Array; value: Uint8Array }> {
  for (let at = 0; at < bundle.length;) {
    const end = endOfCell(bundle, at, bundle.length);
    const period = bundle.subarray(at + 1, at + 1 + (bundle[at] as number));
    yield { period, value: bundle.subarray(startOfCell(bundle, at), end) };
    at = end;
  }
}

/** Where the bytes of a cell begin, of the entry at `at`. */
function startOfCell(bundle: Uint8Array, at: number): number {
  const sizeAt = at + 1 + (bundle[at] as number);
  return sizeAt + (bundle[sizeAt] === LONG ? 5 : 1);
}

/** Where the entry at `at` ends, and the next begins. */
function endOfCell(bundle: Uint8Array, at: number, size: number): number {
  const sizeAt = at + 1 + (bundle[at] as number);
  let length = bundle[sizeAt] as number;
  if (length === LONG) {
    length = 0;
    for (let i = 4; i > 0; i--) length = length * 256 + (bundle[sizeAt + i] as number);
  }
  const end = startOfCell(bundle, at) + length;
  // Not a number if the bundle ends before its length.
  if (end <= size) return end;
  throw new RangeError('a value of the series store is damaged');
}

/** Compares the period of the entry at `at` with that of a key, as bytes. */
function compare(bundle: Uint8Array, at: number, { column, periodBytes }: PeriodKey): number {
  const length = bundle[at] as number;
  const periodAt = column.length - periodBytes;
  for (let i = 0; i < length && i < periodBytes; i++) {
    const difference = (bundle[at + 1 + i] as number) - (column[periodAt + i] as number);
    if (difference !== 0) return difference;
  }
  return length - periodBytes;
}

/** One bundle that is being changed. Its buffer grows as needed, and is used again for the next. */
export class BundleBuffer {
  #bytes: Buffer = Buffer.allocUnsafeSlow(8192);
  #size = 0;

  /** The bundle, valid until the next change; empty if it has no cell. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  /** Begins with a copy of a bundle; with none, empty. */
  load(bundle: Uint8Array | undefined): void {
    this.#size = 0;
    if (!bundle) return;
    this.#splice(0, 0, bundle.length);
    this.#bytes.set(bundle);
  }

  /** Adds a cell, or replaces the one with its period. @throws RangeError if the bundle is damaged */
  put(key: PeriodKey, value: Uint8Array): void {
    const { column, periodBytes } = key;
    let at = 0;
    let end = 0;
    for (; at < this.#size; at = end) {
      end = endOfCell(this.#bytes, at, this.#size);
      const order = compare(this.#bytes, at, key);
      if (order === 0) break;
      if (order > 0) {
        end = at;
        break;
      }
    }
    const head = 1 + periodBytes + (value.length < LONG ? 1 : 5);
    this.#splice(at, end, head + value.length);
    this.#bytes[at] = periodBytes;
    for (let i = 0; i < periodBytes; i++)
      this.#bytes[at + 1 + i] = column[column.length - periodBytes + i] as number;
    const sizeAt = at + 1 + periodBytes;
    if (value.length < LONG) {
      this.#bytes[sizeAt] = value.length;
    } else {
      this.#bytes[sizeAt] = LONG;
      this.#bytes.writeUInt32LE(value.length, sizeAt + 1);
    }
    this.#bytes.set(value, at + head);
  }

  /**
   * Removes the cells of some periods. @returns whether there were any
   * @throws RangeError if the bundle is damaged
   */
  remove(isGone: (period: Uint8Array) => boolean): boolean {
    const before = this.#size;
    for (let at = 0; at < this.#size;) {
      const end = endOfCell(this.#bytes, at, this.#size);
      if (isGone(this.#bytes.subarray(at + 1, at + 1 + (this.#bytes[at] as number))))
        this.#splice(at, end, 0);
      else at = end;
    }
    return this.#size < before;
  }

  /** Makes room of `length` bytes in the place of those from `start` to `end`. */
  #splice(start: number, end: number, length: number): void {
    const size = this.#size - (end - start) + length;
    if (size > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(size * 2);
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    }
    this.#bytes.copyWithin(start + length, end, this.#size);
    this.#size = size;
  }
}

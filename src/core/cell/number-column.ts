import { CellFormatError, truncated } from './cell-format-error.ts';

/*
 * A number column: one byte for the width, then each number in that width, little-endian. Width 0: all
 * numbers are zero, and nothing follows. 1 to 7: whole numbers of that many bytes. 8: doubles.
 */
const DOUBLES = 8;
const TWO_32 = 2 ** 32;

/** Reads a whole number of `width` bytes. The caller makes sure that the bytes exist. */
export function readWhole(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
  return value;
}

/**
 * Reads a number column of `stored` numbers into the present slots; into all without `presence`. These are
 * the hottest loops of the read path, so the most common widths have their own loops.
 * @returns the end of the column
 */
export function readNumbers(
  bytes: Uint8Array,
  start: number,
  into: Float64Array,
  stored: number,
  presence?: Uint8Array,
): number {
  const width = bytes[start];
  if (width === undefined) throw truncated();
  if (width > DOUBLES) throw new CellFormatError(`The cell is corrupt: no number is ${width} bytes wide.`);
  let at = start + 1;
  const end = at + stored * width;
  if (end > bytes.length) throw truncated();
  if (width === 0) return end;
  const slots = into.length;
  if (width === 1) {
    for (let slot = 0; slot < slots; slot++) {
      if (presence === undefined || presence[slot] === 1) into[slot] = bytes[at++] as number;
    }
  } else if (width === 2) {
    for (let slot = 0; slot < slots; slot++) {
      if (presence !== undefined && presence[slot] !== 1) continue;
      into[slot] = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
      at += 2;
    }
  } else {
    const view = width === DOUBLES ? new DataView(bytes.buffer, bytes.byteOffset, bytes.length) : undefined;
    for (let slot = 0; slot < slots; slot++) {
      if (presence !== undefined && presence[slot] !== 1) continue;
      into[slot] = view ? view.getFloat64(at, true) : readCount(bytes, at, width);
      at += width;
    }
  }
  return end;
}

function readCount(bytes: Uint8Array, at: number, width: number): number {
  const count = readWhole(bytes, at, width);
  if (count > Number.MAX_SAFE_INTEGER) {
    throw new CellFormatError('The cell is corrupt: a count is above 2^53-1.');
  }
  return count;
}

/** The width in which all of these numbers are exact: 0 to 7 for counts, else `DOUBLES`. */
function widthOf(numbers: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number;
    if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) return DOUBLES;
    if (value > most) most = value;
  }
  let width = 0;
  for (; most >= 1; most /= 256) width++;
  return width;
}

/** Writes a cell's bytes from front to back. */
export class CellWriter {
  readonly #bytes: Buffer;
  #at = 0;

  /** @param capacity in bytes, at least as many as will be written */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Writes a whole number, 0 to 2^53-1, in `width` bytes. */
  whole(value: number, width: number): void {
    const high = Math.floor(value / TWO_32);
    for (let i = 0; i < width; i++) {
      this.#bytes[this.#at++] = i < 4 ? value >>> (8 * i) : high >>> (8 * (i - 4));
    }
  }

  raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Writes a number column in the smallest width that keeps every number exact. */
  numbers(numbers: ArrayLike<number>): void {
    const width = widthOf(numbers);
    this.whole(width, 1);
    if (width === 0) return;
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i] as number;
      if (width < DOUBLES) this.whole(value, width);
      else this.#at = this.#bytes.writeDoubleLE(value, this.#at);
    }
  }

  /** A copy of the bytes that were written. */
  bytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#at);
  }
}

import { CellFormatError, truncated } from './cell-format-error.ts';

/*
 * A number column: one byte for the width in bits, then each number in that width, from the lowest bit of each
 * byte to the highest; the last byte is filled up with zeros. Width 0: all numbers are zero, and nothing follows.
 * 1 to 24, 32, 40, 48 and 56: whole numbers. 64: doubles, little-endian. In cells of version 1 the width is in
 * bytes, 0 to 8, of the same bits.
 */
const DOUBLES = 64;
/** The largest width that isn't rounded up to whole bytes. */
const MAX_PACKED = 24;
const TWO_32 = 2 ** 32;

/** Reads a whole number of `width` bytes. The caller makes sure that the bytes exist. */
export function readWhole(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
  return value;
}

/**
 * Reads a number column of `stored` numbers into the present slots; into all without `presence`. These are
 * the hottest loops of the read path, so the widths of one byte and less than four have their own loops.
 * @param unit the bits in which the column's width is given: 8 in cells of version 1, else 1
 * @returns the end of the column
 */
export function readNumbers(
  bytes: Uint8Array,
  start: number,
  unit: 1 | 8,
  into: Float64Array,
  stored: number,
  presence?: Uint8Array,
): number {
  const given = bytes[start];
  if (given === undefined) throw truncated();
  const width = given * unit;
  if (width > DOUBLES || (width > MAX_PACKED && width % 8 !== 0)) {
    throw new CellFormatError(`The cell is corrupt: no number is ${width} bits wide.`);
  }
  const end = start + 1 + Math.ceil((stored * width) / 8);
  if (end > bytes.length) throw truncated();
  const at = start + 1;
  if (width === 0) return end;
  if (width === 8) readBytes(bytes, at, into, presence);
  else if (width <= MAX_PACKED) readPacked(bytes, at, width, into, presence);
  else readWide(bytes, at, width, into, presence);
  return end;
}

function readBytes(bytes: Uint8Array, start: number, into: Float64Array, presence?: Uint8Array): void {
  let at = start;
  for (let slot = 0; slot < into.length; slot++) {
    if (presence === undefined || presence[slot] === 1) into[slot] = bytes[at++] as number;
  }
}

function readPacked(
  bytes: Uint8Array,
  start: number,
  width: number,
  into: Float64Array,
  presence?: Uint8Array,
): void {
  const mask = (1 << width) - 1;
  let at = start;
  let bits = 0;
  let count = 0;
  for (let slot = 0; slot < into.length; slot++) {
    if (presence !== undefined && presence[slot] !== 1) continue;
    for (; count < width; count += 8) bits |= (bytes[at++] as number) << count;
    into[slot] = bits & mask;
    bits >>>= width;
    count -= width;
  }
}

function readWide(
  bytes: Uint8Array,
  start: number,
  width: number,
  into: Float64Array,
  presence?: Uint8Array,
): void {
  const view = width === DOUBLES ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) : undefined;
  let at = start;
  for (let slot = 0; slot < into.length; slot++) {
    if (presence !== undefined && presence[slot] !== 1) continue;
    into[slot] = view ? view.getFloat64(at, true) : readCount(bytes, at, width / 8);
    at += width / 8;
  }
}

function readCount(bytes: Uint8Array, at: number, width: number): number {
  const count = readWhole(bytes, at, width);
  if (count > Number.MAX_SAFE_INTEGER) {
    throw new CellFormatError('The cell is corrupt: a count is above 2^53-1.');
  }
  return count;
}

/** The width in which all of these numbers are exact. */
function widthOf(numbers: ArrayLike<number>, presence?: Uint8Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (presence !== undefined && !presence[i]) continue;
    const value = numbers[i] as number;
    if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) return DOUBLES;
    if (value > most) most = value;
  }
  if (most < 1 << MAX_PACKED) return 32 - Math.clz32(most);
  let width = 0;
  for (; most >= 1; most /= 256) width += 8;
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

  /** Writes a number column, of the present slots or of all, in the smallest width that keeps every number exact. */
  numbers(numbers: ArrayLike<number>, presence?: Uint8Array): void {
    const width = widthOf(numbers, presence);
    this.whole(width, 1);
    if (width === 0) return;
    let bits = 0;
    let count = 0;
    for (let i = 0; i < numbers.length; i++) {
      if (presence !== undefined && !presence[i]) continue;
      const value = numbers[i] as number;
      if (width === DOUBLES) this.#at = this.#bytes.writeDoubleLE(value, this.#at);
      else if (width > MAX_PACKED) this.whole(value, width / 8);
      else {
        bits |= value << count;
        count += width;
        for (; count >= 8; count -= 8) {
          this.#bytes[this.#at++] = bits & 0xff;
          bits >>>= 8;
        }
      }
    }
    if (count > 0) this.whole(bits, 1);
  }

  /** A copy of the bytes that were written. */
  bytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#at);
  }
}

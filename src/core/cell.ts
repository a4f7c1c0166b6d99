import type { Entries } from './answer.ts';

/**
 * What a cell's bytes mean, the same in every series store.
 *
 * A series cell: version, slots, measures (a byte each); a bit a slot, lowest first, 1 where a row
 * is stored; then a number column a measure, of the stored slots only.
 * A top cell: version, ranked dimensions, measures (a byte each), entries (two bytes); the number
 * column of the ranks; one a measure; then a text column a ranked dimension: the number column of
 * the texts' lengths in UTF-16 units, the length of all texts in bytes (four bytes), their UTF-8.
 * A number column: one byte for the width, then each number at that width. 0: all are zero, and
 * nothing follows; 1 to 7: whole numbers of so many bytes; 8: doubles. All is little-endian.
 */
const VERSION = 1;
const DOUBLES = 8;
const TWO_32 = 2 ** 32;

/** The most periods that a series cell has room for. */
export const MAX_SLOTS = 255;
/** The most entries that a top cell has room for. */
export const MAX_ENTRIES = 65_535;

/** Bytes that are no cell, or a cell of a later Kraken. The message is a sentence for the operator. */
export class CellFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CellFormatError';
  }
}

/** A series cell, decoded: an array a measure, 0 where no row is stored. */
export interface SeriesCell {
  /** 1 where a row is stored, else 0. */
  readonly presence: Uint8Array;
  readonly measures: readonly Float64Array[];
}

/**
 * @param presence one a slot, at most `MAX_SLOTS`; not 0 where a row is stored
 * @param measures an array a measure, of as many numbers; those of slots without a row don't count
 */
export function encodeSeriesCell(presence: Uint8Array, measures: readonly Float64Array[]): Uint8Array {
  const slots = presence.length;
  if (slots > MAX_SLOTS) throw new RangeError(`a cell has room for ${MAX_SLOTS} periods, not ${slots}`);
  const writer = new Writer(3 + ((slots + 7) >> 3) + measures.length * (1 + slots * 8));
  writer.whole(VERSION, 1);
  writer.whole(slots, 1);
  writer.whole(measures.length, 1);
  for (let slot = 0; slot < slots; slot += 8) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++) if (presence[slot + bit]) bits |= 1 << bit;
    writer.whole(bits, 1);
  }
  for (const numbers of measures) writer.numbers(numbers.filter((_, slot) => presence[slot]));
  return writer.bytes();
}

/** @throws CellFormatError when the bytes are no series cell of a version that is known here */
export function decodeSeriesCell(bytes: Uint8Array): SeriesCell {
  checkVersion(bytes);
  const slots = bytes[1];
  const count = bytes[2];
  if (slots === undefined || count === undefined) throw truncated();
  let at = 3 + ((slots + 7) >> 3);
  if (at > bytes.length) throw truncated();
  const presence = new Uint8Array(slots);
  let stored = 0;
  for (let slot = 0; slot < slots; slot++) {
    const bit = ((bytes[3 + (slot >> 3)] as number) >> (slot & 7)) & 1;
    presence[slot] = bit;
    stored += bit;
  }
  const measures: Float64Array[] = [];
  for (let measure = 0; measure < count; measure++) {
    const numbers = new Float64Array(slots);
    at = readNumbers(bytes, at, numbers, stored, presence);
    measures.push(numbers);
  }
  checkEnd(bytes, at);
  return { presence, measures };
}

/** @param entries at most `MAX_ENTRIES`; lone surrogates in their texts become U+FFFD */
export function encodeTopCell(entries: Entries): Uint8Array {
  const { length, dimensions, ranks, measures } = entries;
  if (length > MAX_ENTRIES) throw new RangeError(`a list has ${MAX_ENTRIES} entries at most, not ${length}`);
  const texts = dimensions.map((column) => Buffer.from(column.join('')));
  const textBytes = texts.reduce((sum, text) => sum + text.length, 0);
  const columns = 1 + dimensions.length + measures.length;
  const writer = new Writer(5 + columns * (1 + length * 8) + dimensions.length * 4 + textBytes);
  writer.whole(VERSION, 1);
  writer.whole(dimensions.length, 1);
  writer.whole(measures.length, 1);
  writer.whole(length, 2);
  writer.numbers(ranks);
  for (const numbers of measures) writer.numbers(numbers);
  for (const [index, text] of texts.entries()) {
    writer.numbers((dimensions[index] as readonly string[]).map((value) => value.length));
    writer.whole(text.length, 4);
    writer.raw(text);
  }
  return writer.bytes();
}

/**
 * @param entryDimensions how many ranked dimensions the metric has
 * @param measures how many measures the metric has
 * @throws CellFormatError when the bytes are no top cell of such a metric and a known version
 */
export function decodeTopCell(bytes: Uint8Array, entryDimensions: number, measures: number): Entries {
  checkVersion(bytes);
  if (bytes.length < 5) throw truncated();
  if (bytes[1] !== entryDimensions || bytes[2] !== measures) {
    throw new CellFormatError(
      `The cell has ${bytes[1]} ranked dimensions and ${bytes[2]} measures where the metric has ${entryDimensions} and ${measures}.`,
    );
  }
  const length = readWhole(bytes, 3, 2);
  let at = 5;
  const numberColumn = (): number[] => {
    const numbers = new Float64Array(length);
    at = readNumbers(bytes, at, numbers, length);
    return Array.from(numbers);
  };
  const ranks = numberColumn();
  const numbers = Array.from({ length: measures }, numberColumn);
  const texts: string[][] = [];
  while (texts.length < entryDimensions) {
    const lengths = numberColumn();
    if (at + 4 > bytes.length) throw truncated();
    const end = at + 4 + readWhole(bytes, at, 4);
    if (end > bytes.length) throw truncated();
    texts.push(split(Buffer.from(bytes.buffer, bytes.byteOffset + at + 4, end - at - 4).toString(), lengths));
    at = end;
  }
  checkEnd(bytes, at);
  return { length, dimensions: texts, ranks, measures: numbers };
}

function split(text: string, lengths: readonly number[]): string[] {
  let from = 0;
  const values = lengths.map((length) => text.slice(from, (from += length)));
  if (from !== text.length) throw new CellFormatError('The cell is corrupt: its texts have other lengths.');
  return values;
}

function checkVersion(bytes: Uint8Array): void {
  const version = bytes[0];
  if (version === VERSION) return;
  if (version === undefined) throw truncated();
  throw new CellFormatError(
    version > VERSION
      ? `The cell is of version ${version}, and this Kraken knows version ${VERSION}: a later one wrote it.`
      : `The cell is corrupt: there is no version ${version}.`,
  );
}

function checkEnd(bytes: Uint8Array, end: number): void {
  if (end < bytes.length) {
    throw new CellFormatError(`The cell is corrupt: ${bytes.length - end} bytes follow its end.`);
  }
}

function truncated(): CellFormatError {
  return new CellFormatError('The cell is truncated.');
}

function readWhole(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
  return value;
}

/**
 * Reads a number column of `stored` numbers into the slots that are present: all without `presence`.
 * Says where the column ends. The hottest loops of the read path: widths that months of counts
 * have are spelt out.
 */
function readNumbers(
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
  const view = width === DOUBLES ? new DataView(bytes.buffer, bytes.byteOffset, bytes.length) : undefined;
  for (let slot = 0; slot < slots; slot++) {
    if (presence !== undefined && presence[slot] === 0) continue;
    if (width === 1) into[slot] = bytes[at] as number;
    else if (width === 2) into[slot] = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    else if (width === 3) {
      into[slot] =
        (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    } else if (view) into[slot] = view.getFloat64(at, true);
    else {
      const value = readWhole(bytes, at, width);
      if (value > Number.MAX_SAFE_INTEGER) {
        throw new CellFormatError('The cell is corrupt: a count is above 2^53-1.');
      }
      into[slot] = value;
    }
    at += width;
  }
  return end;
}

/** How many bytes the largest of these numbers takes: 0 to 7, or `DOUBLES` where one is no count. */
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

class Writer {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

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

  bytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#at);
  }
}

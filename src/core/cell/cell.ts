import type { Entries } from '../question/answer.ts';
import { CellFormatError, truncated } from './cell-format-error.ts';
import { CellWriter, readNumbers, readWhole } from './number-column.ts';

/**
 * The format of cells, the same in every series store. Everything is little-endian; number columns are
 * described in number-column.ts.
 *
 * A series cell: version, number of slots, number of measures (a byte each), to which 128 is added if a row is
 * stored in every slot; else one bit for each slot, lowest first, 1 if a row is stored; then one number column for
 * each measure, of the stored slots.
 * A top cell: version, number of ranked dimensions, number of measures (a byte each), number of entries
 * (two bytes); the number column of the ranks; one for each measure; then one text column for each
 * ranked dimension: the number column of the texts' lengths in UTF-16 units, the length of all texts in
 * bytes (four bytes), the texts in UTF-8.
 *
 * Cells of version 1 are read, too: their widths of numbers are whole bytes, and series cells always have the bits.
 */
const VERSION = 2;

/** The maximum number of periods and of measures in a series cell, and of entries in a top cell. */
const MAX_SLOTS = 255;
const MAX_MEASURES = 127;
const MAX_ENTRIES = 65_535;

/** Added to the number of measures if a row is stored in every slot. */
const EVERY_SLOT = 128;

export interface SeriesCell {
  /** One for each slot: 1 if a row is stored, else 0. */
  readonly presence: Uint8Array;
  /** One array for each measure; 0 if no row is stored. */
  readonly measures: readonly Float64Array[];
}

/**
 * Encodes a series cell.
 * @param presence one number for each slot (at most 255); it is not 0 if the slot's row is stored
 * @param measures one array for each measure, as long as `presence`; slots without a row are ignored
 */
export function encodeSeriesCell(presence: Uint8Array, measures: readonly Float64Array[]): Uint8Array {
  const slots = presence.length;
  if (slots > MAX_SLOTS) throw new RangeError(`a cell has room for ${MAX_SLOTS} periods, but got ${slots}`);
  if (measures.length > MAX_MEASURES) {
    throw new RangeError(`a cell has room for ${MAX_MEASURES} measures, but got ${measures.length}`);
  }
  const all = !presence.includes(0);
  const writer = new CellWriter(3 + ((slots + 7) >> 3) + measures.length * (1 + slots * 8));
  writer.whole(VERSION, 1);
  writer.whole(slots, 1);
  writer.whole(measures.length + (all ? EVERY_SLOT : 0), 1);
  for (let slot = 0; slot < slots && !all; slot += 8) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++) if (presence[slot + bit]) bits |= 1 << bit;
    writer.whole(bits, 1);
  }
  for (const numbers of measures) writer.numbers(numbers, all ? undefined : presence);
  return writer.bytes();
}

/** Decodes a series cell. @throws CellFormatError if the bytes are not a series cell of a known version */
export function decodeSeriesCell(bytes: Uint8Array): SeriesCell {
  const unit = unitOf(bytes);
  const slots = bytes[1];
  const count = bytes[2];
  if (slots === undefined || count === undefined) throw truncated();
  const all = unit === 1 && count >= EVERY_SLOT;
  const presence = new Uint8Array(slots);
  let at = 3;
  let stored = slots;
  if (all) {
    presence.fill(1);
  } else {
    at += (slots + 7) >> 3;
    if (at > bytes.length) throw truncated();
    stored = readPresence(bytes, presence);
  }
  const measures: Float64Array[] = [];
  for (let measure = all ? EVERY_SLOT : 0; measure < count; measure++) {
    const numbers = zeros(slots);
    at = readNumbers(bytes, at, unit, numbers, stored, all ? undefined : presence);
    measures.push(numbers);
  }
  checkEnd(bytes, at);
  return { presence, measures };
}

/** Reads the bits of the slots. @returns how many rows are stored */
function readPresence(bytes: Uint8Array, presence: Uint8Array): number {
  let stored = 0;
  for (let slot = 0; slot < presence.length; slot++) {
    const bit = ((bytes[3 + (slot >> 3)] as number) >> (slot & 7)) & 1;
    presence[slot] = bit;
    stored += bit;
  }
  return stored;
}

const POOL_BYTES = 8192;
let pool = new ArrayBuffer(POOL_BYTES);
let pooled = 0;

/**
 * An array of zeros from a pool, like Node's Buffers: an ArrayBuffer of its own for each small array
 * would take longer than the rest of decoding.
 */
function zeros(length: number): Float64Array {
  const bytes = length * 8;
  if (pooled + bytes > POOL_BYTES) {
    pool = new ArrayBuffer(POOL_BYTES);
    pooled = 0;
  }
  const numbers = new Float64Array(pool, pooled, length);
  pooled += bytes;
  return numbers;
}

/** Encodes a top cell. @param entries at most 65,535; lone surrogates in their texts become U+FFFD */
export function encodeTopCell(entries: Entries): Uint8Array {
  const { length, dimensions, ranks, measures } = entries;
  if (length > MAX_ENTRIES)
    throw new RangeError(`a list has room for ${MAX_ENTRIES} entries, but got ${length}`);
  const texts = dimensions.map((column) => Buffer.from(column.join('')));
  const textBytes = texts.reduce((sum, text) => sum + text.length, 0);
  const columns = 1 + dimensions.length + measures.length;
  const writer = new CellWriter(5 + columns * (1 + length * 8) + dimensions.length * 4 + textBytes);
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
 * Decodes a top cell.
 * @param entryDimensions how many ranked dimensions the metric has
 * @param measures how many measures the metric has
 * @throws CellFormatError if the bytes are not a top cell of such a metric in a known version
 */
export function decodeTopCell(bytes: Uint8Array, entryDimensions: number, measures: number): Entries {
  const unit = unitOf(bytes);
  if (bytes.length < 5) throw truncated();
  if (bytes[1] !== entryDimensions || bytes[2] !== measures) {
    throw new CellFormatError(
      `The cell has ${bytes[1]} ranked dimensions and ${bytes[2]} measures, but the metric has ${entryDimensions} and ${measures}.`,
    );
  }
  const length = readWhole(bytes, 3, 2);
  let at = 5;
  const numberColumn = (): number[] => {
    const numbers = new Float64Array(length);
    at = readNumbers(bytes, at, unit, numbers, length);
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

/**
 * Returns how many rows a cell holds, by its head alone: periods of a series, or entries of a list.
 * @throws CellFormatError if the bytes end before their head does, or have no known version
 */
export function rowsInCell(kind: 'series' | 'top', bytes: Uint8Array): number {
  const unit = unitOf(bytes);
  if (bytes.length < (kind === 'top' ? 5 : 3)) throw truncated();
  if (kind === 'top') return readWhole(bytes, 3, 2);
  const slots = bytes[1] as number;
  return unit === 1 && (bytes[2] as number) >= EVERY_SLOT
    ? slots
    : readPresence(bytes, new Uint8Array(slots));
}

function split(text: string, lengths: readonly number[]): string[] {
  let from = 0;
  const values = lengths.map((length) => text.slice(from, (from += length)));
  if (from !== text.length)
    throw new CellFormatError('The cell is corrupt: the lengths of its texts are wrong.');
  return values;
}

/** The bits in which a cell's version gives the widths of its numbers. @throws CellFormatError for an unknown version */
function unitOf(bytes: Uint8Array): 1 | 8 {
  const version = bytes[0];
  if (version === VERSION) return 1;
  if (version === 1) return 8;
  if (version === undefined) throw truncated();
  throw new CellFormatError(
    version > VERSION
      ? `The cell has version ${version}, which a later Kraken wrote; this one reads versions up to ${VERSION}.`
      : `The cell is corrupt: there is no version ${version}.`,
  );
}

function checkEnd(bytes: Uint8Array, end: number): void {
  if (end < bytes.length) {
    throw new CellFormatError(`The cell is corrupt: ${bytes.length - end} bytes follow its end.`);
  }
}

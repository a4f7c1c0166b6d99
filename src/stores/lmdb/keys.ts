import type { CellKey } from '../../core/cell/layout.ts';

/** LMDB's maximum length of a key, in bytes. */
export const MAX_KEY_BYTES = 1978;

/** The first byte of the store's own keys. No table's name begins with it. */
const RESERVED = '\0';
export const FORMAT_KEY = Buffer.from(`${RESERVED}format`);
export const REVISION_KEY = Buffer.from(`${RESERVED}revision`);
const STATE_PREFIX = `${RESERVED}state\0`;

/** Returns the key of a table's state. */
export function stateKey(table: string): Uint8Array {
  return Buffer.from(STATE_PREFIX + table);
}

/** Returns the table whose state has this key of `STATE_KEYS`. */
export function tableOfStateKey(key: Uint8Array): string {
  return Buffer.from(key).toString().slice(STATE_PREFIX.length);
}

/** The range of all keys of states. */
export const STATE_KEYS = { start: Buffer.from(STATE_PREFIX), end: Buffer.from(`${RESERVED}state\x01`) };

/**
 * The keys of a table's bundles of cells: its name, 0x00, the row's period, 0x00, the length of the row without
 * its period (two bytes, big-endian), that row, the column without the period that tells a bundle's cells apart.
 * The length tells where a row ends, so a row may have any bytes. A row's period is what follows its last 0x00.
 *
 * The bundles of one period are adjacent, so that a publication changes only pages of its period: LMDB copies each
 * page that changes. In a period they are in the order of their rows' lengths, then of their bytes.
 */
export class TableKeys {
  readonly #bytes = new Uint8Array(MAX_KEY_BYTES);
  readonly #prefix: number;

  constructor(table: string) {
    this.#prefix = Buffer.from(`${table}\0`).copy(this.#bytes);
  }

  /** Returns the key of a cell's bundle, valid until the next call; undefined if the cell's key would be too long. */
  key({ row, column, periodBytes }: CellKey): Uint8Array | undefined {
    const bytes = this.#bytes;
    const end = this.#prefix + 3 + row.length + column.length;
    if (end > MAX_KEY_BYTES) return undefined;
    let length = row.length;
    while (length > 0 && row[length - 1] !== 0) length--;
    let at = this.#prefix;
    for (let i = length; i < row.length; i++) bytes[at++] = row[i] as number;
    bytes[at++] = 0;
    bytes[at++] = length >> 8;
    bytes[at++] = length & 0xff;
    // The period at the row's end is overwritten by the column, or left out.
    bytes.set(row, at);
    bytes.set(column, at + length);
    return bytes.subarray(0, end - periodBytes);
  }

  /**
   * Returns the beginning of all keys of a period whose row has this length, without the period, and begins with
   * these bytes; undefined if it would be too long.
   */
  beginning(period: Uint8Array, length: number, bytes: Uint8Array): Uint8Array | undefined {
    if (this.#prefix + period.length + 3 + bytes.length > MAX_KEY_BYTES) return undefined;
    const head = Buffer.of(0, length >> 8, length & 0xff);
    return Buffer.concat([this.#table, period, head, bytes]);
  }

  /** Returns the range of all keys whose period begins with these bytes. */
  beginningWith(bytes: Uint8Array): Range {
    return rangeOf(Buffer.concat([this.#table, bytes]));
  }

  /** Returns the range of all keys. */
  all(): Range {
    return rangeOf(this.#table);
  }

  /** Returns the range of all keys of a period. */
  of(period: Uint8Array): Range {
    return rangeOf(Buffer.concat([this.#table, period, Buffer.of(0)]));
  }

  /** Returns the parts of a key; undefined if it is not of this table. */
  parse(key: Uint8Array): BundleKey | undefined {
    if (Buffer.compare(key.subarray(0, this.#prefix), this.#table) !== 0) return undefined;
    const periodEnd = key.indexOf(0, this.#prefix);
    const rowAt = periodEnd + 3;
    const columnAt = rowAt + (((key[rowAt - 2] as number) << 8) | (key[rowAt - 1] as number));
    return {
      period: key.subarray(this.#prefix, periodEnd),
      row: key.subarray(rowAt, columnAt),
      column: key.subarray(columnAt),
    };
  }

  get #table(): Uint8Array {
    return this.#bytes.subarray(0, this.#prefix);
  }
}

/** The parts of a bundle's key: the row's period, the row without it, and the column without the cells' periods. */
export interface BundleKey {
  readonly period: Uint8Array;
  readonly row: Uint8Array;
  readonly column: Uint8Array;
}

export interface Range {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

/** The range of the keys that begin with these bytes, of which the last is less than 255. */
function rangeOf(start: Uint8Array): Range {
  const end = Buffer.from(start);
  end.writeUInt8((end.at(-1) as number) + 1, end.length - 1);
  return { start, end };
}

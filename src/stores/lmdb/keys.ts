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
 * The keys of a table's cells: its name, 0x00, the row's length (two bytes, big-endian), the row, the column.
 * The length tells where a row ends, so a row may have any bytes. The cells of one row are adjacent, in the
 * order of their columns' bytes.
 */
export class TableKeys {
  readonly #bytes = new Uint8Array(MAX_KEY_BYTES);
  readonly #prefix: number;

  constructor(table: string) {
    this.#prefix = Buffer.from(`${table}\0`).copy(this.#bytes);
  }

  /** Returns the key of a cell, valid until the next call; undefined if the key would be too long. */
  key(row: Uint8Array, column: Uint8Array): Uint8Array | undefined {
    const bytes = this.#bytes;
    const rowAt = this.#prefix + 2;
    const columnAt = rowAt + row.length;
    const end = columnAt + column.length;
    if (end > MAX_KEY_BYTES) return undefined;
    bytes[rowAt - 2] = row.length >> 8;
    bytes[rowAt - 1] = row.length & 0xff;
    bytes.set(row, rowAt);
    bytes.set(column, columnAt);
    return bytes.subarray(0, end);
  }

  /** Returns the beginning of all keys whose row has this length and begins with these bytes; undefined if it would be too long. */
  beginning(length: number, bytes: Uint8Array): Uint8Array | undefined {
    const end = this.#prefix + 2 + bytes.length;
    if (end > MAX_KEY_BYTES) return undefined;
    const key = new Uint8Array(end);
    key.set(this.#bytes.subarray(0, this.#prefix));
    key[this.#prefix] = length >> 8;
    key[this.#prefix + 1] = length & 0xff;
    key.set(bytes, this.#prefix + 2);
    return key;
  }

  /** Returns the range of all keys of the table. */
  range(): { start: Uint8Array; end: Uint8Array } {
    const start = this.#bytes.slice(0, this.#prefix);
    const end = start.slice();
    end[end.length - 1] = 1;
    return { start, end };
  }

  /** Returns the row and column of a key of this table. */
  parse(key: Uint8Array): CellKey {
    const rowAt = this.#prefix + 2;
    const columnAt = rowAt + (((key[rowAt - 2] as number) << 8) | (key[rowAt - 1] as number));
    return { row: key.subarray(rowAt, columnAt), column: key.subarray(columnAt) };
  }
}

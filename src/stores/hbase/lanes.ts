import type Thrift from 'thrift';
import type { TColumnValue, TPut } from '#hbase-thrift/hbase_types';
import type { Cell } from '../series-store.ts';
import { bufferOf } from './buffers.ts';
import { hbaseError } from './call-error.ts';
import { FAMILY } from './descriptor.ts';
import { int64 } from './lean-protocol.ts';
import type { Pool } from './pool.ts';
import { isKey, MAX_COLUMN_BYTES, MAX_ROW_BYTES } from './tables.ts';

/** The approximate size of one call's writes. */
const BATCH_BYTES = 512 * 1024;
/** The maximum size of one call's writes. By default gateways end a connection that sends more than 2 MiB at once. */
const CALL_BYTES = 2_000_000;
const BATCH_CELLS = 4096;
/** HBase's overhead for each cell in a call. */
const CELL_BYTES = 16;

const FAMILY_BYTES = Buffer.from(FAMILY);
const CLEARED = Buffer.alloc(0);

/**
 * Writes the cells of one publication over several connections at once. All cells of a row use the same lane,
 * and a lane writes its batches in order, so that the last of two cells with one key counts. Memory is
 * bounded: each lane holds one batch besides the one being written.
 */
export class Lanes {
  readonly #lanes: Lane[];

  /**
   * @param number the number of the publication
   * @param assertMayWrite called before each call; an error that it throws ends the writing
   */
  constructor(pool: Pool, table: Buffer, number: number, count: number, assertMayWrite: () => Promise<void>) {
    this.#lanes = Array.from({ length: count }, () => new Lane(pool, table, number, assertMayWrite));
  }

  /** Whether a call failed. Its writes then may or may not have happened, or may still happen. */
  get uncertain(): boolean {
    return this.#lanes.some((lane) => lane.failure !== undefined);
  }

  /**
   * Takes cells, and resolves when more can be taken. Their buffers must not be changed.
   * @throws EngineError when a call failed, or a key is too long
   */
  async write(cells: readonly Cell[]): Promise<void> {
    for (const { row, column, value } of cells) {
      if (!isKey(row, column)) {
        throw hbaseError(
          `a cell's row must have 1 to ${MAX_ROW_BYTES} bytes, and its column at most ${MAX_COLUMN_BYTES}`,
        );
      }
      if (value.length === 0)
        throw hbaseError('a cell must have at least one byte, because an empty one counts as cleared');
      if (value.length + row.length + column.length > CALL_BYTES) {
        throw hbaseError(
          `a cell of ${value.length} bytes is too large: a gateway accepts at most ${CALL_BYTES}`,
        );
      }
      const sending = this.#add(row, column, value);
      if (sending) await sending;
    }
  }

  /** Clears cells of a row by writing empty versions over them, which count as absent. */
  async clear(row: Uint8Array, columns: readonly Uint8Array[]): Promise<void> {
    for (const column of columns) {
      const sending = this.#add(row, column, CLEARED);
      if (sending) await sending;
    }
  }

  /** Resolves when everything taken so far is written. */
  async flush(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.flush()));
  }

  /** @returns a promise to wait for; undefined for most cells */
  #add(row: Uint8Array, column: Uint8Array, value: Uint8Array): Promise<void> | undefined {
    const lane = this.#lanes[hash(row) % this.#lanes.length] as Lane;
    if (lane.hasRoomFor(row.length + column.length + value.length)) {
      lane.add(row, column, value);
      return lane.full ? lane.send() : undefined;
    }
    return lane.send().then(() => lane.add(row, column, value));
  }

  /** Takes no more cells, and resolves when no call is running. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

class Lane {
  readonly #pool: Pool;
  readonly #table: Buffer;
  readonly #timestamp: Thrift.Int64;
  readonly #assertMayWrite: () => Promise<void>;
  /** The next batch, by row and column. */
  #rows = new Map<string, { row: Buffer; columns: Map<string, TColumnValue> }>();
  #bytes = 0;
  #cells = 0;
  #underWay: Promise<void> = Promise.resolve();
  #stopped = false;
  failure: Error | undefined;

  constructor(pool: Pool, table: Buffer, number: number, assertMayWrite: () => Promise<void>) {
    this.#pool = pool;
    this.#table = table;
    this.#timestamp = int64(number);
    this.#assertMayWrite = assertMayWrite;
  }

  get full(): boolean {
    return this.#bytes >= BATCH_BYTES || this.#cells >= BATCH_CELLS;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#cells === 0 || this.#bytes + bytes <= CALL_BYTES;
  }

  add(row: Uint8Array, column: Uint8Array, value: Uint8Array): void {
    const rowText = bufferOf(row).toString('latin1');
    let entry = this.#rows.get(rowText);
    if (!entry) {
      this.#rows.set(rowText, (entry = { row: bufferOf(row), columns: new Map() }));
      this.#bytes += row.length + CELL_BYTES;
    }
    const qualifier = bufferOf(column);
    entry.columns.set(qualifier.toString('latin1'), {
      family: FAMILY_BYTES,
      qualifier,
      value: bufferOf(value),
    });
    this.#bytes += column.length + value.length + CELL_BYTES;
    this.#cells++;
  }

  /** Sends the batch once the one before is written. Resolves when it is on its way. */
  async send(): Promise<void> {
    await this.#underWay;
    if (this.failure) throw this.failure;
    if (this.#stopped || this.#cells === 0) return;
    const puts: TPut[] = [];
    for (const { row, columns } of this.#rows.values()) {
      puts.push({ row, columnValues: [...columns.values()], timestamp: this.#timestamp });
    }
    this.#rows = new Map();
    this.#bytes = 0;
    this.#cells = 0;
    this.#underWay = this.#put(puts).catch((error: Error) => {
      this.failure = error;
    });
  }

  async #put(puts: TPut[]): Promise<void> {
    await this.#assertMayWrite();
    await this.#pool.run("can't write cells", (client) => client.putMultiple(this.#table, puts));
  }

  async flush(): Promise<void> {
    await this.send();
    await this.#underWay;
    if (this.failure) throw this.failure;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underWay;
  }
}

/** FNV-1a. */
function hash(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

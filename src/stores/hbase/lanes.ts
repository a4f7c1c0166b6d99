import type Thrift from 'thrift';
import type { TColumnValue, TPut } from '#hbase-thrift/hbase_types';
import type { Cell } from '../series-store.ts';
import { bufferOf } from './buffers.ts';
import { hbaseError } from './call-error.ts';
import { FAMILY } from './descriptor.ts';
import { int64 } from './lean-protocol.ts';
import type { Pool } from './pool.ts';
import { isKey, MAX_COLUMN_BYTES, MAX_ROW_BYTES } from './tables.ts';

/** What one call writes, about. */
const BATCH_BYTES = 512 * 1024;
/** The most that one call writes. Gateways end a connection that brings more than 2 MiB at once, unless they are told otherwise. */
const CALL_BYTES = 2_000_000;
const BATCH_CELLS = 4096;
/** HBase's own, for each cell, in a call. */
const CELL_BYTES = 16;

const FAMILY_BYTES = Buffer.from(FAMILY);
const CLEARED = Buffer.alloc(0);

/**
 * Writes cells of one publication over several connections at once. All cells of a row go by the
 * same lane, and a lane writes one batch after the other, so that of two cells with one key the
 * last counts. What waits is bounded: a batch for each lane, beside the one under way.
 */
export class Lanes {
  readonly #lanes: Lane[];

  /**
   * @param number of the publication
   * @param assertMayWrite is asked before each call; what it throws ends the writing
   */
  constructor(pool: Pool, table: Buffer, number: number, count: number, assertMayWrite: () => Promise<void>) {
    this.#lanes = Array.from({ length: count }, () => new Lane(pool, table, number, assertMayWrite));
  }

  /** Whether some call failed, so that it isn't known what of it was written, and may yet be. */
  get uncertain(): boolean {
    return this.#lanes.some((lane) => lane.failure !== undefined);
  }

  /**
   * Takes cells, and resolves when the next can be taken. Their buffers must stay as they are.
   * @throws EngineError when a call failed, or a key is too long
   */
  async write(cells: readonly Cell[]): Promise<void> {
    for (const { row, column, value } of cells) {
      if (!isKey(row, column)) {
        throw hbaseError(
          `a cell's row has 1 to ${MAX_ROW_BYTES} bytes, its column up to ${MAX_COLUMN_BYTES}`,
        );
      }
      if (value.length === 0)
        throw hbaseError('a cell has at least one byte: without any it counts as cleared');
      if (value.length + row.length + column.length > CALL_BYTES) {
        throw hbaseError(`a cell of ${value.length} bytes is more than a gateway takes, ${CALL_BYTES}`);
      }
      const sending = this.#add(row, column, value);
      if (sending) await sending;
    }
  }

  /** Clears cells of a row: one without a byte lies above what there was, and counts as absent. */
  async clear(row: Uint8Array, columns: readonly Uint8Array[]): Promise<void> {
    for (const column of columns) {
      const sending = this.#add(row, column, CLEARED);
      if (sending) await sending;
    }
  }

  /** Resolves when all that was taken is written. */
  async flush(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.flush()));
  }

  /** @returns what to wait for, which for most cells is nothing */
  #add(row: Uint8Array, column: Uint8Array, value: Uint8Array): Promise<void> | undefined {
    const lane = this.#lanes[hash(row) % this.#lanes.length] as Lane;
    if (lane.hasRoomFor(row.length + column.length + value.length)) {
      lane.add(row, column, value);
      return lane.full ? lane.send() : undefined;
    }
    return lane.send().then(() => lane.add(row, column, value));
  }

  /** Takes no more, and resolves when no call is under way. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

class Lane {
  readonly #pool: Pool;
  readonly #table: Buffer;
  readonly #timestamp: Thrift.Int64;
  readonly #assertMayWrite: () => Promise<void>;
  /** The next batch: by row, then by column. */
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

  /** Sends the batch, as soon as the one before is written; resolves when it is on its way. */
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

import type { Transaction } from 'lmdb';
import type { CellKey } from '../../core/cell/layout.ts';
import { stateFromJson, type TableState, type TableStateJson } from '../../core/time/table-state.ts';
import { cellIn } from './bundle.ts';
import type { Database } from './file.ts';
import { MAX_KEY_BYTES, REVISION_KEY, STATE_KEYS, type TableKeys, tableOfStateKey } from './keys.ts';

/** The length of bundles up to which the last one that was read is kept, in bytes. */
const MAX_KEPT = 16_384;

/** The publication that readers see: the last one when they looked. */
export class Snapshot {
  readonly #reader: Database;
  #transaction: Transaction;
  /** The bundle that was read last, and its key: the months of a year are asked for one after the other. */
  readonly #kept = new Uint8Array(MAX_KEPT);
  readonly #keptKey = new Uint8Array(MAX_KEY_BYTES);
  #keptBytes = 0;
  #keptKeyBytes = 0;

  constructor(reader: Database) {
    this.#reader = reader;
    this.#transaction = reader.useReadTransaction();
  }

  /** Moves on to the last publication. */
  look(): void {
    this.#transaction.done();
    this.#reader.resetReadTxn();
    this.#transaction = this.#reader.useReadTransaction();
    this.#keptKeyBytes = 0;
  }

  get revision(): string {
    const revision = this.#reader.get(REVISION_KEY, { transaction: this.#transaction });
    return Buffer.from(revision ?? '0').toString();
  }

  states(): ReadonlyMap<string, TableState> {
    const tables = new Map<string, TableState>();
    for (const { key, value } of this.#reader.getRange({ ...STATE_KEYS, transaction: this.#transaction })) {
      const json = JSON.parse(Buffer.from(value).toString()) as TableStateJson;
      tables.set(tableOfStateKey(key), stateFromJson(json));
    }
    return tables;
  }

  /** Finds a cell. Its bytes are valid until the next call. */
  find(keys: TableKeys, cell: CellKey): Uint8Array | undefined {
    const key = keys.key(cell);
    if (!key) return undefined;
    if (isSame(key, this.#keptKey, this.#keptKeyBytes)) return cellIn(this.#kept, this.#keptBytes, cell);
    const bundle = this.#reader.getBinaryFast(key, { transaction: this.#transaction });
    const size = bundle?.length ?? 0;
    if (cell.periodBytes === 0 || size > MAX_KEPT) return bundle && cellIn(bundle, size, cell);
    if (bundle) this.#kept.set(bundle.subarray(0, size));
    this.#keptKey.set(key);
    this.#keptBytes = size;
    this.#keptKeyBytes = key.length;
    return cellIn(this.#kept, size, cell);
  }

  /** Returns the key of cells at or after a place, in either direction. */
  nextKey(start: Uint8Array, reverse: boolean): Uint8Array | undefined {
    return [...this.#reader.getKeys({ transaction: this.#transaction, limit: 1, start, reverse })][0];
  }

  /** Ends the reading. */
  done(): void {
    this.#transaction.done();
  }
}

/** Compares two keys from their ends, where those of neighbouring series differ. */
function isSame(key: Uint8Array, other: Uint8Array, length: number): boolean {
  if (key.length !== length) return false;
  for (let i = length - 1; i >= 0; i--) if (key[i] !== other[i]) return false;
  return true;
}

import type { Transaction } from 'lmdb';
import type { CellKey } from '../../core/cell/layout.ts';
import { stateFromJson, type TableState, type TableStateJson } from '../../core/time/table-state.ts';
import { cellIn } from './bundle.ts';
import type { Database } from './file.ts';
import {
  MAX_KEY_BYTES,
  type Range,
  REVISION_KEY,
  STATE_KEYS,
  type TableKeys,
  tableOfStateKey,
} from './keys.ts';

/** The length of bundles up to which the last one that was read is kept, in bytes. */
const MAX_KEPT = 16_384;

/** The publication that readers see: the last one when they looked. */
export class Snapshot {
  readonly #reader: Database;
  #transaction: Transaction;
  /** The bundle that was read last, and where it is: the months of a year are asked for one after the other. */
  readonly #kept = new Uint8Array(MAX_KEPT);
  #keptBytes = 0;
  #keptTable: TableKeys | undefined;
  readonly #keptRow = new Uint8Array(MAX_KEY_BYTES);
  #keptRowBytes = 0;
  readonly #keptColumn = new Uint8Array(MAX_KEY_BYTES);
  #keptColumnBytes = 0;

  constructor(reader: Database) {
    this.#reader = reader;
    this.#transaction = reader.useReadTransaction();
  }

  /** Moves on to the last publication. */
  look(): void {
    this.#transaction.done();
    this.#reader.resetReadTxn();
    this.#transaction = this.#reader.useReadTransaction();
    this.#keptTable = undefined;
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
    if (this.#isKept(keys, cell)) return cellIn(this.#kept, this.#keptBytes, cell);
    const key = keys.key(cell);
    const bundle = key && this.#reader.getBinaryFast(key, { transaction: this.#transaction });
    const size = bundle?.length ?? 0;
    if (!key || cell.periodBytes === 0 || size > MAX_KEPT) return bundle && cellIn(bundle, size, cell);
    if (bundle) this.#kept.set(bundle.subarray(0, size));
    this.#keptBytes = size;
    this.#keptTable = keys;
    this.#keptRow.set(cell.row);
    this.#keptRowBytes = cell.row.length;
    this.#keptColumn.set(cell.column);
    this.#keptColumnBytes = cell.column.length - cell.periodBytes;
    return cellIn(this.#kept, size, cell);
  }

  /** Whether a cell belongs into the bundle that is kept. */
  #isKept(keys: TableKeys, { row, column, periodBytes }: CellKey): boolean {
    return (
      keys === this.#keptTable &&
      periodBytes > 0 &&
      row.length === this.#keptRowBytes &&
      column.length - periodBytes === this.#keptColumnBytes &&
      beginsSame(row, this.#keptRow, row.length) &&
      beginsSame(column, this.#keptColumn, this.#keptColumnBytes)
    );
  }

  /** Returns the key of cells at or after a place, in either direction. */
  nextKey(start: Uint8Array, reverse: boolean): Uint8Array | undefined {
    return [...this.#reader.getKeys({ transaction: this.#transaction, limit: 1, start, reverse })][0];
  }

  /** Returns the first bundles of a range. Their bytes are copies. @param limit how many at most */
  bundles(range: Range, limit: number): { readonly key: Uint8Array; readonly value: Uint8Array }[] {
    const asked = { ...range, limit, exclusiveStart: true, transaction: this.#transaction };
    return [...this.#reader.getRange(asked)];
  }

  /** Ends the reading. */
  done(): void {
    this.#transaction.done();
  }
}

/** Compares the first bytes of two texts, from their end: neighbouring series differ there. */
function beginsSame(one: Uint8Array, other: Uint8Array, length: number): boolean {
  for (let i = length - 1; i >= 0; i--) if (one[i] !== other[i]) return false;
  return true;
}

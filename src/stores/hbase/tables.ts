import types, { type TTableName, type TTimeRange } from '#hbase-thrift/hbase_types';
import type { Metric } from '../../core/metric/metric.ts';
import type { HbaseAddress } from './address.ts';
import { CallError, hbaseError, isExistingTable, isRefused } from './call-error.ts';
import { cellTable, SYSTEM_TABLE, systemTable, type TableSchema, thriftDescriptor } from './descriptor.ts';
import { int64 } from './lean-protocol.ts';
import type { Pool } from './pool.ts';

/** HBase's maximum length of a row key, in bytes. */
export const MAX_ROW_BYTES = 32_767;
/** The maximum length of a column, in bytes. A cell with a longer one could be too large for a call. */
export const MAX_COLUMN_BYTES = 65_535;
/** Tells whether a cell can have this key. */
export function isKey(row: Uint8Array, column: Uint8Array): boolean {
  return row.length > 0 && row.length <= MAX_ROW_BYTES && column.length <= MAX_COLUMN_BYTES;
}

/** The timeout of making a table with its regions, in ms. */
const CREATE_MS = 120_000;

/** The tables of one store. */
export class Tables {
  readonly #pool: Pool;
  readonly #address: HbaseAddress;
  readonly #metrics: readonly Metric[];
  readonly #made = new Set<string>();

  constructor(pool: Pool, address: HbaseAddress, metrics: readonly Metric[]) {
    this.#pool = pool;
    this.#address = address;
    this.#metrics = metrics;
  }

  /** Returns the full name of a table for calls. */
  name(table: string): Buffer {
    if (!/^[A-Za-z0-9][A-Za-z0-9_]*$/.test(table) && table !== SYSTEM_TABLE) {
      throw hbaseError(`${JSON.stringify(table)} can't be the name of a table`);
    }
    const { namespace, prefix } = this.#address;
    return Buffer.from(`${namespace === undefined ? '' : `${namespace}:`}${prefix}.${table}`);
  }

  async exists(table: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#made.has(table)) return true;
    const name = this.#tableName(table);
    return this.#pool.run(`can't look for ${table}`, (client) => client.tableExists(name), signal);
  }

  /**
   * Tells whether a call was refused because its table doesn't exist. Some refusals name only the table, even
   * if it is only disabled, so HBase is asked.
   */
  async isMissing(table: string, error: unknown, signal?: AbortSignal): Promise<boolean> {
    if (!(error instanceof CallError)) return false;
    this.forget(table);
    return !(await this.exists(table, signal));
  }

  /** Makes a table unless it exists. */
  async make(table: string, signal?: AbortSignal): Promise<void> {
    if (this.#made.has(table)) return;
    if (!(await this.exists(table, signal))) {
      const schema =
        table === SYSTEM_TABLE ? systemTable : cellTable(table, this.#metrics, this.#address.compression);
      await this.#create(this.#tableName(table), schema, signal);
    }
    this.#made.add(table);
  }

  /**
   * Makes a table split into regions. Framed gateways of HBase 2.6 take each split point for the whole
   * message that it came in, find all of them equal, and refuse. The table then starts as one region. To have
   * it split, make it beforehand in HBase's shell, as `schema/hbase.json` shows.
   */
  async #create(name: TTableName, schema: TableSchema, signal?: AbortSignal): Promise<void> {
    const descriptor = thriftDescriptor(name, schema);
    const create = (splitKeys: Buffer[]): Promise<void> =>
      this.#pool.run(
        `can't make ${schema.table}`,
        (client) => client.createTable(descriptor, splitKeys),
        signal,
        CREATE_MS,
      );
    const splitKeys = schema.splitPoints.map((point) => Buffer.from(point));
    try {
      // A single wrong split point would be accepted, so no split point is sent.
      if (splitKeys.length < 2) await create([]);
      else await create(splitKeys).catch((error: unknown) => (isRefused(error) ? create([]) : fail(error)));
    } catch (error) {
      if (!isExistingTable(error)) throw error;
    }
  }

  /** Forgets that a table exists, because it may have been dropped. */
  forget(table: string): void {
    this.#made.delete(table);
  }

  #tableName(table: string): TTableName {
    const { namespace } = this.#address;
    const name = this.name(table).toString();
    return new types.TTableName({
      ...(namespace === undefined ? {} : { ns: Buffer.from(namespace) }),
      qualifier: Buffer.from(name.slice(name.indexOf(':') + 1)),
    });
  }
}

function fail(error: unknown): never {
  throw error;
}

/** Returns the range of versions that publications wrote, from the first number to the last, both included. */
export function numbered(first: number, last: number): TTimeRange {
  return new types.TTimeRange({ minStamp: int64(first), maxStamp: int64(last + 1) });
}

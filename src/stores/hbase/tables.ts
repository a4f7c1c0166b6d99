import types, { type TTableName, type TTimeRange } from '#hbase-thrift/hbase_types';
import type { Metric } from '../../core/metric/metric.ts';
import type { HbaseAddress } from './address.ts';
import { CallError, hbaseError, isExistingTable, isRefused } from './call-error.ts';
import { cellTable, SYSTEM_TABLE, systemTable, type TableSchema, thriftDescriptor } from './descriptor.ts';
import { int64 } from './lean-protocol.ts';
import type { Pool } from './pool.ts';

/** HBase's longest row key, in bytes. */
export const MAX_ROW_BYTES = 32_767;
/** The longest column that is taken, in bytes: a cell with one beyond could be too large for a call. */
export const MAX_COLUMN_BYTES = 65_535;
/** Whether a cell can have this key. */
export function isKey(row: Uint8Array, column: Uint8Array): boolean {
  return row.length > 0 && row.length <= MAX_ROW_BYTES && column.length <= MAX_COLUMN_BYTES;
}

/** How long the making of a table with its regions may take, in ms. */
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

  /** The name under which calls know a table. */
  name(table: string): Buffer {
    if (!/^[A-Za-z0-9][A-Za-z0-9_]*$/.test(table) && table !== SYSTEM_TABLE) {
      throw hbaseError(`${JSON.stringify(table)} can't be a table's name`);
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
   * Whether a call was refused since its table doesn't exist. Some refusals give no more than the
   * table's name, also where it is disabled: so HBase is asked.
   */
  async isMissing(table: string, error: unknown, signal?: AbortSignal): Promise<boolean> {
    if (!(error instanceof CallError)) return false;
    this.forget(table);
    return !(await this.exists(table, signal));
  }

  /** Makes a table unless there is one. */
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
   * Gateways of HBase 2.6, when they speak framed, take each split point for the whole message that
   * brought it, find them all alike and refuse. Then the table starts as one region: whoever wants
   * it split makes it beforehand, in HBase's own shell, as `schema/hbase.json` says.
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
      // One alone would not be refused, and be wrong.
      if (splitKeys.length < 2) await create([]);
      else await create(splitKeys).catch((error: unknown) => (isRefused(error) ? create([]) : fail(error)));
    } catch (error) {
      if (!isExistingTable(error)) throw error;
    }
  }

  /** The table may have been dropped: the next time it is looked for again. */
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

/** The versions of cells that publications wrote, from the first number to the last, both included. */
export function numbered(first: number, last: number): TTimeRange {
  return new types.TTimeRange({ minStamp: int64(first), maxStamp: int64(last + 1) });
}

import types, { type TColumnValue, type TResult } from '#hbase-thrift/hbase_types';
import {
  stateFromJson,
  stateToJson,
  type TableState,
  type TableStateJson,
} from '../../core/time/table-state.ts';
import { hbaseError } from './call-error.ts';
import { SYSTEM_FAMILY, SYSTEM_TABLE } from './descriptor.ts';
import { int64 } from './lean-protocol.ts';
import type { Pool } from './pool.ts';
import type { Tables } from './tables.ts';

/** The format of tables, keys and this row. Other formats are refused. */
const FORMAT = 1;
const ROW = Buffer.from('store');
const FAMILY = Buffer.from(SYSTEM_FAMILY);
const STATE = 'state:';

/** The value of the column `lease` while nobody holds it. */
export const FREE = 'free';

/** A publication: its number and its table. */
export interface Numbered {
  readonly number: number;
  readonly table: string;
}

/** A publication that failed. */
export interface Failed extends Numbered {
  /** The number of the first publication that cleaned up after it. */
  readonly removed: number;
}

/** The contents of the store's own row. They change together, because HBase changes a row atomically. */
export interface Snapshot {
  /** The number of the last committed publication; 0 before the first. */
  readonly revision: number;
  readonly tables: ReadonlyMap<string, TableState>;
  /** The highest number ever given to a publication. */
  readonly number: number;
  /** A publication that has begun and is neither committed nor undone. */
  readonly pending: Numbered | undefined;
  /** Failed publications that may have written cells. Their cells count as absent. */
  readonly failed: readonly Failed[];
}

export const EMPTY: Snapshot = { revision: 0, tables: new Map(), number: 0, pending: undefined, failed: [] };

/** Columns of the store's row, by name. */
export type Columns = Readonly<Record<string, string>>;

/**
 * The single row of the store's own table. Its columns are `format`, `revision`, `number`, `pending`,
 * `failed`, `state:TABLE`, and the lease's `lease` and `heartbeat`. Nothing in it is ever deleted, because a
 * delete would also hide what is written in the same millisecond.
 */
export class StoreRow {
  readonly #pool: Pool;
  readonly #tables: Tables;
  readonly #table: Buffer;

  constructor(pool: Pool, tables: Tables) {
    this.#pool = pool;
    this.#tables = tables;
    this.#table = tables.name(SYSTEM_TABLE);
  }

  /** Makes the row if it is missing. */
  async make(signal: AbortSignal): Promise<void> {
    await this.#tables.make(SYSTEM_TABLE, signal);
    const format = Buffer.from('format');
    const put = new types.TPut({
      row: ROW,
      columnValues: valuesOf({ format: `${FORMAT}`, lease: FREE, heartbeat: '' }),
    });
    await this.#pool.run(
      "can't make the store's row",
      // No expected value means that the column must not exist.
      (client) => client.checkAndPut(this.#table, ROW, FAMILY, format, undefined as never, put),
      signal,
    );
  }

  /** Reads only the revision: the number of the last committed publication. */
  async revision(signal: AbortSignal): Promise<number> {
    return Number((await this.columns(['revision'], signal))['revision'] ?? 0);
  }

  /** @throws EngineError when a newer Kraken has changed the store's format */
  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    return snapshotOf(await this.columns(undefined, signal));
  }

  /** Reads the named columns, or all; none if the store has no row yet. */
  async columns(names: readonly string[] | undefined, signal?: AbortSignal): Promise<Columns> {
    const columns = names?.map((name) => ({ family: FAMILY, qualifier: Buffer.from(name) }));
    const get = { row: ROW, ...(columns && { columns }) };
    try {
      const result = await this.#pool.run(
        "can't read the store's row",
        (client) => client.get(this.#table, get),
        signal,
      );
      return columnsOf(result);
    } catch (error) {
      if (await this.#tables.isMissing(SYSTEM_TABLE, error, signal)) return {};
      throw error;
    }
  }

  /**
   * Writes columns at once, if the lease has this text.
   * @param number the timestamp that orders publications' writes independently of the clocks of the region
   * servers; without it the server's time is used
   * @returns whether the lease had this text
   */
  async writeIfLeased(lease: string, columns: Columns, number?: number, ms?: number): Promise<boolean> {
    const put = {
      row: ROW,
      columnValues: valuesOf(columns),
      ...(number === undefined ? {} : { timestamp: int64(number) }),
    };
    return this.#pool.run(
      "can't write the store's row",
      (client) =>
        client.checkAndMutate(
          this.#table,
          ROW,
          FAMILY,
          Buffer.from('lease'),
          types.TCompareOperator.EQUAL,
          Buffer.from(lease),
          { row: ROW, mutations: [{ put }] },
        ),
      undefined,
      ms,
    );
  }
}

/** Returns the columns that a publication writes when it begins. */
export function begun(publication: Numbered, failed: readonly Failed[]): Columns {
  return {
    number: `${publication.number}`,
    pending: JSON.stringify(publication),
    failed: JSON.stringify(failed),
  };
}

/** Returns the columns that a publication writes when it commits. */
export function committed(publication: Numbered, state: TableState, failed: readonly Failed[]): Columns {
  return {
    revision: `${publication.number}`,
    [STATE + publication.table]: JSON.stringify(stateToJson(state)),
    pending: '',
    failed: JSON.stringify(failed),
  };
}

/** @throws EngineError for a newer format, or damage */
export function snapshotOf(columns: Columns): Snapshot {
  const { format, revision, number, pending, failed } = columns;
  if (format === undefined) return EMPTY;
  if (format !== `${FORMAT}`) {
    throw hbaseError(
      `The series store has format ${format}, but this version of Kraken reads only format ${FORMAT}: a newer Kraken wrote it.`,
    );
  }
  try {
    const states = Object.entries(columns).filter(([name]) => name.startsWith(STATE));
    return {
      revision: Number(revision ?? 0),
      tables: new Map(
        states.map(([name, value]) => [
          name.slice(STATE.length),
          stateFromJson(JSON.parse(value) as TableStateJson),
        ]),
      ),
      number: Number(number ?? 0),
      pending: pending ? (JSON.parse(pending) as Numbered) : undefined,
      failed: failed ? (JSON.parse(failed) as Failed[]) : [],
    };
  } catch (cause) {
    throw hbaseError('The row with the state of the series store is damaged.', { cause });
  }
}

function columnsOf(result: TResult): Columns {
  return Object.fromEntries(
    result.columnValues.map(({ qualifier, value }) => [qualifier.toString(), value.toString()]),
  );
}

function valuesOf(columns: Columns): TColumnValue[] {
  return Object.entries(columns).map(([name, value]) => ({
    family: FAMILY,
    qualifier: Buffer.from(name),
    value: Buffer.from(value),
  }));
}

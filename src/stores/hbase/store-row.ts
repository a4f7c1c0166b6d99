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

/** The layout of tables, keys and of this row that is written and read here. */
const FORMAT = 1;
const ROW = Buffer.from('store');
const FAMILY = Buffer.from(SYSTEM_FAMILY);
const STATE = 'state:';

/** The value of the column `lease` while nobody holds it. */
export const FREE = 'free';

/** A publication by its number, and the table that it is for. */
export interface Numbered {
  readonly number: number;
  readonly table: string;
}

/** A publication that failed. */
export interface Failed extends Numbered {
  /** The number of the first publication that took away what was left of it. */
  readonly removed: number;
}

/** What the store's own row says of its cells. It changes as a whole: a row is what HBase changes atomically. */
export interface Snapshot {
  /** The number of the last publication that was committed; 0 before the first. */
  readonly revision: number;
  readonly tables: ReadonlyMap<string, TableState>;
  /** The highest number that was ever given to a publication. */
  readonly number: number;
  /** A publication that was begun and neither committed nor taken back. */
  readonly pending: Numbered | undefined;
  /** Publications that failed while it wasn't sure what of them was written: cells of theirs count as absent. */
  readonly failed: readonly Failed[];
}

export const EMPTY: Snapshot = { revision: 0, tables: new Map(), number: 0, pending: undefined, failed: [] };

/** Columns of the store's row, by name. */
export type Columns = Readonly<Record<string, string>>;

/**
 * The one row of the store's own table. Columns: `format`, `revision`, `number`, `pending`,
 * `failed`, `state:TABLE`, and the lease's `lease` and `heartbeat`. Nothing in it is ever deleted:
 * a delete would also hide what is written in the same millisecond.
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

  /** Makes the row where there is none. */
  async make(signal: AbortSignal): Promise<void> {
    await this.#tables.make(SYSTEM_TABLE, signal);
    const format = Buffer.from('format');
    const put = new types.TPut({
      row: ROW,
      columnValues: valuesOf({ format: `${FORMAT}`, lease: FREE, heartbeat: '' }),
    });
    await this.#pool.run(
      "can't make the store's row",
      // Without an expected value: where there is no such column.
      (client) => client.checkAndPut(this.#table, ROW, FAMILY, format, undefined as never, put),
      signal,
    );
  }

  /** The revision only: the number of the last publication, as it is told to readers. */
  async revision(signal: AbortSignal): Promise<number> {
    return Number((await this.columns(['revision'], signal))['revision'] ?? 0);
  }

  /** @throws EngineError when a later Kraken has changed the store's format */
  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    return snapshotOf(await this.columns(undefined, signal));
  }

  /** The columns named, or all of them; none where the store has no row yet. */
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
   * Writes columns at once, if the lease is this one.
   * @param number orders what publications write, whatever the clocks of the region servers say;
   * without it the server's time is taken
   * @returns whether the lease was this one
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

/** What a publication writes when it begins. */
export function begun(publication: Numbered, failed: readonly Failed[]): Columns {
  return {
    number: `${publication.number}`,
    pending: JSON.stringify(publication),
    failed: JSON.stringify(failed),
  };
}

/** What it writes at its end. */
export function committed(publication: Numbered, state: TableState, failed: readonly Failed[]): Columns {
  return {
    revision: `${publication.number}`,
    [STATE + publication.table]: JSON.stringify(stateToJson(state)),
    pending: '',
    failed: JSON.stringify(failed),
  };
}

/** @throws EngineError for a later format, or damage */
export function snapshotOf(columns: Columns): Snapshot {
  const { format, revision, number, pending, failed } = columns;
  if (format === undefined) return EMPTY;
  if (format !== `${FORMAT}`) {
    throw hbaseError(
      `The series store has format ${format}, and this Kraken knows format ${FORMAT}: a later one wrote it.`,
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
    throw hbaseError('The row that says what the series store holds is damaged.', { cause });
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

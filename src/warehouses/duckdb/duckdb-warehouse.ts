import { join } from 'node:path';
import type { Aggregation, Groups } from '../../core/question/aggregation.ts';
import type { Analysed, Analysis } from '../../core/question/analysis.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { Lease } from '../../core/lease.ts';
import type { TableState } from '../../core/time/table-state.ts';
import type { Rows } from '../../core/metric/table.ts';
import { type Clock, DAY_MS } from '../../core/time/time.ts';
import { KEEP_DAYS } from '../../core/time/history.ts';
import { Turns } from '../../core/turns.ts';
import { hasCode } from '../../files/file-error.ts';
import { acquireLease } from '../../files/file-lease.ts';
import { PlaceError } from '../../files/place-error.ts';
import { aggregate } from '../lake/aggregate.ts';
import { analyse } from '../lake/analyse.ts';
import { copyParquet } from '../lake/copy-parquet.ts';
import { Engine } from '../lake/engine.ts';
import { type Lake, makeLakeFolder } from '../lake/lake.ts';
import { LakeWriter } from '../lake/lake-writer.ts';
import { Manifests } from '../lake/manifests.ts';
import { select } from '../lake/select.ts';
import { shownSql } from '../lake/shown-sql.ts';
import type { ShownQuestion } from '../shown-statement.ts';
import type { Change, Copy, Select, Warehouse, Written } from '../warehouse.ts';
import type { ForeignTable } from '../foreign-table.ts';
import { foreignTable } from './foreign.ts';

export interface DuckdbOptions {
  readonly clock?: Clock;
  /** For how many days tables can be taken back; 0: not at all. */
  readonly keepDays?: number;
}

/**
 * Opens a folder of Hive-style Parquet partitions, and makes it if it is missing. DuckDB runs in memory and
 * locks nothing, so any number of processes can open the folder.
 * @throws PlaceError when the folder can't be made or read, or DuckDB would take its name for a pattern;
 *   EngineError when DuckDB doesn't start, or a manifest is damaged or has a newer format
 */
export async function openDuckdbWarehouse(
  folder: string,
  { clock = { now: Date.now }, keepDays = KEEP_DAYS }: DuckdbOptions = {},
): Promise<Warehouse> {
  const root = makeLakeFolder(folder);
  const manifests = new Manifests(root);
  await manifests.all().catch((error: unknown) => {
    const { cause } = error as Error;
    throw hasCode(cause, 'EACCES', 'EPERM')
      ? new PlaceError(root, "its tables can't be read", { cause })
      : error;
  });
  const temporary = join(root, '_tmp');
  const engine = await Engine.open(temporary);
  const kept = keepDays > 0 ? { keepMs: keepDays * DAY_MS } : {};
  return new DuckdbWarehouse({
    folder: root,
    temporary,
    engine,
    manifests,
    clock,
    keepsTotals: true,
    ...kept,
  });
}

/**
 * Half of the connections, so that short reads of single series continue even while many scans are requested.
 */
const MAX_AGGREGATIONS = 2;

class DuckdbWarehouse implements Warehouse {
  readonly #lake: Lake;
  readonly #writer: LakeWriter;
  readonly #aggregations = new Turns(MAX_AGGREGATIONS);
  #states: { revision: string; tables: ReadonlyMap<string, TableState> } | undefined;
  #closing: Promise<void> | undefined;

  constructor(lake: Lake) {
    this.#lake = lake;
    const acquire = (holder: string, signal: AbortSignal) =>
      acquireLease(join(lake.folder, '_lease.json'), holder, signal);
    this.#writer = new LakeWriter({ engine: 'duckdb', lake, acquire });
  }

  async states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }> {
    this.#assertOpen();
    signal.throwIfAborted();
    const { revision, tables } = await this.#lake.manifests.all();
    if (this.#states?.revision !== revision)
      this.#states = { revision, tables: new Map([...tables].map(([name, { state }]) => [name, state])) };
    return this.#states;
  }

  async *select(query: Select, signal: AbortSignal): AsyncGenerator<Rows> {
    this.#assertOpen();
    yield* select(this.#lake, query, signal);
  }

  async copy(query: Copy, path: string, signal: AbortSignal): Promise<void> {
    this.#assertOpen();
    return copyParquet(this.#lake, query, path, signal);
  }

  async *aggregate(query: Aggregation, signal: AbortSignal): AsyncGenerator<Groups> {
    this.#assertOpen();
    yield* this.#aggregations.during(signal, () => aggregate(this.#lake, query, signal));
  }

  async *analyse(query: Analysis, signal: AbortSignal): AsyncGenerator<Analysed> {
    this.#assertOpen();
    yield* this.#aggregations.during(signal, () => analyse(this.#lake, query, signal));
  }

  async sqlOf(question: ShownQuestion): Promise<string | undefined> {
    this.#assertOpen();
    return shownSql(question);
  }

  foreign(name: string): ForeignTable {
    this.#assertOpen();
    return foreignTable(this.#lake, name);
  }

  async write(change: Change, signal: AbortSignal): Promise<Written> {
    return this.#writer.write(change, signal);
  }

  async lease(holder: string, signal: AbortSignal): Promise<Lease> {
    return this.#writer.lease(holder, signal);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    await this.#lake.engine.close();
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError('duckdb', 'the warehouse is closed');
  }
}

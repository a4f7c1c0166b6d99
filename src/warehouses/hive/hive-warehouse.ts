import type { Aggregation, Groups } from '../../core/question/aggregation.ts';
import { partsOfAnalysis, type Analysed, type Analysis } from '../../core/question/analysis.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { Lease } from '../../core/lease.ts';
import type { TableState } from '../../core/time/table-state.ts';
import type { Rows } from '../../core/metric/table.ts';
import { Turns } from '../../core/turns.ts';
import { aggregate } from '../lake/aggregate.ts';
import { analyse } from '../lake/analyse.ts';
import type { Lake } from '../lake/lake.ts';
import type { LakeWriter } from '../lake/lake-writer.ts';
import { select } from '../lake/select.ts';
import { isOfFiles } from '../derivation.ts';
import type { ForeignTable } from '../foreign-table.ts';
import type { ShownQuestion } from '../shown-statement.ts';
import type { Change, Select, Warehouse, Written } from '../warehouse.ts';
import { type HiveAddress, parseHiveAddress } from './address.ts';
import { deriveRows } from './derive.ts';
import type { HiveSessions } from './hive-sessions.ts';
import { type HiveOptions, type HiveWriter, openWriter } from './hive-writer.ts';
import { isSameLive, liveIn, type Touching } from './live-in.ts';
import { livePartitions, Metastore } from './metastore.ts';
import { openPastLake } from './past-lake.ts';
import { foreignTable } from './foreign.ts';
import { aggregateRows } from './aggregate.ts';
import { analyseRows, shownHql } from './analyse.ts';
import { selectRows } from './select.ts';
import type { LivePartition } from './select-statement.ts';
import { Sessions } from './sessions.ts';
import { settled } from './settled.ts';

/** The sessions for statements that take some 50 ms each and start no job. */
const METADATA_SESSIONS = 2;
/** How often a query is tried when its partitions are replaced meanwhile. */
const ATTEMPTS = 4;

/**
 * Opens the tables of a Hive. The first call connects.
 * @param place the part of an address after `hive:`, see `parseHiveAddress`
 * @throws EngineError when the address is wrong
 */
export async function openHiveWarehouse(place: string, options: HiveOptions = {}): Promise<Warehouse> {
  return Promise.resolve(new HiveWarehouse(parseHiveAddress(place), options));
}

class HiveWarehouse implements Warehouse {
  readonly #address: HiveAddress;
  readonly #options: HiveOptions;
  readonly #sessions: HiveSessions;
  readonly #metastore: Metastore;
  /**
   * Half of the sessions, so that short reads of single series continue even while many scans are requested.
   */
  readonly #aggregations: Turns;
  #writer: Promise<HiveWriter> | undefined;
  #past: Promise<Lake> | undefined;
  #closing: Promise<void> | undefined;

  constructor(address: HiveAddress, options: HiveOptions) {
    this.#address = address;
    this.#aggregations = new Turns(Math.ceil(address.sessions / 2));
    this.#options = options;
    // Sessions open in `default`, because the database may not exist yet. Every statement names its database.
    const at = { ...address, database: 'default' };
    this.#sessions = {
      jobs: new Sessions(at),
      metadata: new Sessions({ ...at, sessions: METADATA_SESSIONS }, { warm: false }),
    };
    this.#metastore = new Metastore(this.#sessions.metadata, address.database);
  }

  async states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }> {
    this.#assertOpen();
    signal.throwIfAborted();
    const { revision, tables } = await this.#metastore.read(signal);
    return { revision, tables: new Map([...tables].map(([name, { state }]) => [name, this.#known(state)])) };
  }

  /** A table's state as far as this process can read it: the numbers before a change lie in the lake's folder. */
  #known(state: TableState): TableState {
    if (this.#address.lake !== undefined || !state.history) return state;
    const { history: _, ...rest } = state;
    return rest;
  }

  async *select(query: Select, signal: AbortSignal): AsyncGenerator<Rows> {
    if (query.asOf !== undefined) {
      yield* select(await this.#pastLake(), query, signal);
      return;
    }
    yield* this.#reading(
      [query],
      ([live = []]) => selectRows(this.#sessions.jobs, this.#address.database, query, live, signal),
      signal,
    );
  }

  async *aggregate(query: Aggregation, signal: AbortSignal): AsyncGenerator<Groups> {
    const { jobs } = this.#sessions;
    yield* this.#working(
      [query],
      (lake) => aggregate(lake, query, signal),
      ([live = []]) => aggregateRows(jobs, this.#address.database, query, live, signal),
      signal,
    );
  }

  async *analyse(query: Analysis, signal: AbortSignal): AsyncGenerator<Analysed> {
    const { jobs } = this.#sessions;
    yield* this.#working(
      partsOfAnalysis(query),
      (lake) => analyse(lake, query, signal),
      (lives) => analyseRows(jobs, this.#address.database, query, lives, signal),
      signal,
    );
  }

  async sqlOf(question: ShownQuestion, signal: AbortSignal): Promise<string | undefined> {
    this.#assertOpen();
    const committed = this.#metastore.latest ?? (await this.#metastore.read(signal));
    return shownHql(this.#address.database, question, (rows) => liveIn(committed, rows));
  }

  /** Work that callers choose the amount of. @param inPast reads the rows of an earlier version */
  async *#working<Batch>(
    queries: readonly (Touching & Pick<Aggregation, 'asOf'>)[],
    inPast: (lake: Lake) => AsyncGenerator<Batch>,
    ask: (lives: readonly (readonly LivePartition[])[]) => AsyncGenerator<Batch>,
    signal: AbortSignal,
  ): AsyncGenerator<Batch> {
    if (queries.some(({ asOf }) => asOf !== undefined)) {
      const lake = await this.#pastLake();
      yield* this.#aggregations.during(signal, () => inPast(lake));
      return;
    }
    yield* this.#reading(queries, (lives) => this.#aggregations.during(signal, () => ask(lives)), signal);
  }

  /**
   * The lake, as Hive's readers see it, for the embedded DuckDB: Hive doesn't know the files of rows before a
   * change. It is opened for the first question about an earlier time.
   */
  async #pastLake(): Promise<Lake> {
    this.#assertOpen();
    const { lake: folder } = this.#address;
    if (folder === undefined)
      throw new EngineError(
        'hive',
        'rows of earlier times lie in the lake, which this address does not name',
      );
    this.#past ??= openPastLake(folder, this.#metastore).catch((error: unknown) => {
      this.#past = undefined;
      throw error;
    });
    return this.#past;
  }

  foreign(name: string): ForeignTable {
    this.#assertOpen();
    const isOwn = async (table: string, signal: AbortSignal): Promise<boolean> =>
      (await this.#metastore.read(signal)).tables.has(table);
    return foreignTable(this.#sessions.jobs, this.#address.database, name, isOwn);
  }

  /**
   * Queries the versions known to be live. Once Hive has found all rows, it checks that these are still live,
   * because rows of partitions dropped meanwhile would be missing silently.
   */
  async *#reading<Batch>(
    queries: readonly Touching[],
    ask: (lives: readonly (readonly LivePartition[])[]) => AsyncGenerator<Batch>,
    signal: AbortSignal,
  ): AsyncGenerator<Batch> {
    this.#assertOpen();
    signal.throwIfAborted();
    let committed = this.#metastore.latest ?? (await this.#metastore.read(signal));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const lives = queries.map((query) => liveIn(committed, query));
      const batches = ask(lives);
      try {
        const first = await settled(batches.next());
        signal.throwIfAborted();
        if ('error' in first && !(first.error instanceof EngineError)) throw first.error;
        committed = await this.#metastore.read(signal);
        if (queries.some((query, i) => !isSameLive(lives[i] ?? [], liveIn(committed, query)))) continue;
        if ('error' in first) throw first.error;
        if (first.value.done) return;
        yield first.value.value;
        yield* batches;
        return;
      } finally {
        await batches.return(undefined);
      }
    }
    throw new EngineError(
      'hive',
      `${queries.map(({ table }) => table.name).join(' or ')} was rewritten during each of ${ATTEMPTS} attempts to read it`,
    );
  }

  async write(change: Change, signal: AbortSignal): Promise<Written> {
    this.#assertOpen();
    const { rows, table } = change;
    const writer = await this.#writing();
    if (Symbol.asyncIterator in rows || isOfFiles(rows)) return writer.write(change, signal);
    const { tables } = await this.#metastore.read(signal);
    const live = livePartitions(tables.get(rows.source.name));
    const made = deriveRows(this.#sessions.jobs, this.#address.database, table, rows, live, signal);
    return writer.write({ ...change, rows: made }, signal);
  }

  async lease(holder: string, signal: AbortSignal): Promise<Lease> {
    this.#assertOpen();
    signal.throwIfAborted();
    return (await this.#writing()).lease(holder, signal);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const opened = await this.#writer?.catch(() => undefined);
    try {
      await opened?.writer.close();
    } finally {
      await Promise.all([this.#sessions.jobs.close(), this.#sessions.metadata.close()]);
      await opened?.close();
      await (await this.#past?.catch(() => undefined))?.engine.close();
    }
  }

  /** Opens what writing needs at the first write. A gateway never writes. */
  async #writing(): Promise<LakeWriter> {
    this.#writer ??= openWriter(this.#sessions, this.#address, this.#options).catch((error: unknown) => {
      this.#writer = undefined;
      throw error;
    });
    return (await this.#writer).writer;
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError('hive', 'the warehouse is closed');
  }
}

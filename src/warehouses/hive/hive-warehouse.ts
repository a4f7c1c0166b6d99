import type { Aggregation, Groups } from '../../core/question/aggregation.ts';
import { EngineError } from '../../core/engine-error.ts';
import { partitionName, partitionSpan } from '../../core/time/partition.ts';
import type { Lease } from '../../core/lease.ts';
import type { TableState } from '../../core/time/table-state.ts';
import type { Rows } from '../../core/metric/table.ts';
import type { Clock } from '../../core/time/time.ts';
import { Turns } from '../../core/turns.ts';
import type { LakeWriter } from '../lake/lake-writer.ts';
import type { ForeignTable } from '../foreign-table.ts';
import type { Change, Select, Warehouse, Written } from '../warehouse.ts';
import { type HiveAddress, parseHiveAddress } from './address.ts';
import { deriveRows } from './derive.ts';
import type { HiveSessions } from './hive-sessions.ts';
import { type HiveWriter, openInsertWriter, openLakeWriter } from './hive-writer.ts';
import { type Committed, livePartitions, Metastore } from './metastore.ts';
import { foreignTable } from './foreign.ts';
import { aggregateRows } from './aggregate.ts';
import { selectRows } from './select.ts';
import type { LivePartition } from './select-statement.ts';
import { Sessions } from './sessions.ts';

/** For statements that take some 50 ms each and wait for no job. */
const METADATA_SESSIONS = 2;
/** How often a question is asked again because its partitions were replaced meanwhile. */
const ATTEMPTS = 4;

interface HiveOptions {
  readonly clock?: Clock;
  /** Is told, once, what whoever imports should know. Standard error unless given. */
  readonly notice?: (text: string) => void;
}

/**
 * Opens the tables of a Hive. Nothing is connected before the first call.
 * @param place what follows `hive:` in an address, see `parseHiveAddress`
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
  /** Half of the sessions: however many scans are asked for, the short reads of single series go on. */
  readonly #aggregations: Turns;
  #writer: Promise<HiveWriter> | undefined;
  #closing: Promise<void> | undefined;

  constructor(address: HiveAddress, options: HiveOptions) {
    this.#address = address;
    this.#aggregations = new Turns(Math.ceil(address.sessions / 2));
    this.#options = options;
    // No session opens in a database that is yet to be made; every statement names its own.
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
    return { revision, tables: new Map([...tables].map(([name, { state }]) => [name, state])) };
  }

  async *select(query: Select, signal: AbortSignal): AsyncGenerator<Rows> {
    yield* this.#reading(
      query,
      (live) => selectRows(this.#sessions.jobs, this.#address.database, query, live, signal),
      signal,
    );
  }

  async *aggregate(query: Aggregation, signal: AbortSignal): AsyncGenerator<Groups> {
    yield* this.#reading(
      query,
      (live) =>
        this.#aggregations.during(signal, () =>
          aggregateRows(this.#sessions.jobs, this.#address.database, query, live, signal),
        ),
      signal,
    );
  }

  foreign(name: string): ForeignTable {
    this.#assertOpen();
    const isOwn = async (table: string, signal: AbortSignal): Promise<boolean> =>
      (await this.#metastore.read(signal)).tables.has(table);
    return foreignTable(this.#sessions.jobs, this.#address.database, name, isOwn);
  }

  /**
   * Asks for the versions that it knows of, and looks, once Hive has found all rows, whether they
   * are still those that count: partitions that were dropped meanwhile would be missing silently.
   */
  async *#reading<Batch>(
    query: Touching,
    ask: (live: readonly LivePartition[]) => AsyncGenerator<Batch>,
    signal: AbortSignal,
  ): AsyncGenerator<Batch> {
    this.#assertOpen();
    signal.throwIfAborted();
    let committed = this.#metastore.latest ?? (await this.#metastore.read(signal));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const live = liveIn(committed, query);
      const batches = ask(live);
      try {
        const first = await settled(batches.next());
        signal.throwIfAborted();
        if ('error' in first && !(first.error instanceof EngineError)) throw first.error;
        committed = await this.#metastore.read(signal);
        if (!isSame(live, liveIn(committed, query))) continue;
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
      `${query.table.name} was written anew each of ${ATTEMPTS} times it was read`,
    );
  }

  async write(change: Change, signal: AbortSignal): Promise<Written> {
    this.#assertOpen();
    const { rows, table } = change;
    const writer = await this.#writing();
    if (Symbol.asyncIterator in rows) return writer.write(change, signal);
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
    }
  }

  /** What writing needs is opened when somebody writes: a gateway never does. */
  async #writing(): Promise<LakeWriter> {
    this.#writer ??= this.#openWriter().catch((error: unknown) => {
      this.#writer = undefined;
      throw error;
    });
    return (await this.#writer).writer;
  }

  #openWriter(): Promise<HiveWriter> {
    const { lake: folder, location } = this.#address;
    const clock = this.#options.clock ?? { now: Date.now };
    if (folder !== undefined) {
      return openLakeWriter(this.#sessions, this.#address, { folder, location }, clock);
    }
    const notice = this.#options.notice ?? ((text) => process.stderr.write(`${text}\n`));
    notice(
      'Rows go into Hive by INSERT, a few thousand a second: with ?lake=FOLDER, a folder that Hive sees as well, they are written as files.',
    );
    return openInsertWriter(this.#sessions, this.#address, clock);
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError('hive', 'the warehouse is closed');
  }
}

/** What tells which partitions a question touches. */
type Touching = Pick<Select, 'table' | 'grain' | 'first' | 'last'>;

/** The live partitions that a question touches. */
function liveIn({ tables }: Committed, { table, grain, first, last }: Touching): LivePartition[] {
  const live = livePartitions(tables.get(table.name));
  const found: LivePartition[] = [];
  for (let ordinal = first; ordinal <= last;) {
    const name = partitionName(grain, ordinal);
    const partition = live.get(name);
    if (partition) found.push(partition);
    ordinal = Math.max(ordinal, partitionSpan(name).last) + 1;
  }
  return found;
}

function isSame(a: readonly LivePartition[], b: readonly LivePartition[]): boolean {
  const text = (live: readonly LivePartition[]) =>
    live.map(({ year, month, version }) => `${year}-${month}-${version}`).join();
  return text(a) === text(b);
}

type Settled<Value> = { readonly value: Value } | { readonly error: unknown };

async function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

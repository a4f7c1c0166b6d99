import type { Aggregation, Groups } from '../../core/question/aggregation.ts';
import { EngineError } from '../../core/engine-error.ts';
import { partitionName, partitionSpan } from '../../core/time/partition.ts';
import type { Lease } from '../../core/lease.ts';
import type { TableState } from '../../core/time/table-state.ts';
import type { Rows } from '../../core/metric/table.ts';
import type { Clock } from '../../core/time/time.ts';
import { Turns } from '../../core/turns.ts';
import type { LakeWriter } from '../lake/lake-writer.ts';
import type { Derivation } from '../derivation.ts';
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

/** The sessions for statements that take some 50 ms each and start no job. */
const METADATA_SESSIONS = 2;
/** How often a query is tried when its partitions are replaced meanwhile. */
const ATTEMPTS = 4;

interface HiveOptions {
  readonly clock?: Clock;
  /** Receives, once, a hint for importers. Standard error by default. */
  readonly notice?: (text: string) => void;
}

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
   * Queries the versions known to be live. Once Hive has found all rows, it checks that these are still live,
   * because rows of partitions dropped meanwhile would be missing silently.
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
      `${query.table.name} was rewritten during each of ${ATTEMPTS} attempts to read it`,
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
    }
  }

  /** Opens what writing needs at the first write. A gateway never writes. */
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
      'Rows are written to Hive by INSERT, a few thousand a second. With ?lake=FOLDER, a folder that Hive can read, they are written as files, which is much faster.',
    );
    return openInsertWriter(this.#sessions, this.#address, clock);
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError('hive', 'the warehouse is closed');
  }
}

/** Whether rows are made from files, which Hive doesn't know: the embedded DuckDB reads them. */
function isOfFiles({ reads }: Derivation): boolean {
  return reads.some(({ parts }) => parts.some((part) => 'files' in part));
}

/** The parts of a query that decide which partitions it touches. */
type Touching = Pick<Select, 'table' | 'grain' | 'first' | 'last'>;

/** Returns the live partitions that a query touches. */
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

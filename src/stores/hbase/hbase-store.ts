import { abortable } from '../../core/abort.ts';
import type { EngineError } from '../../core/engine-error.ts';
import type { CellKey } from '../../core/cell/layout.ts';
import type { Lease } from '../../core/lease.ts';
import type { Metric } from '../../core/metric/metric.ts';
import type { TableState } from '../../core/time/table-state.ts';
import type { Clock } from '../../core/time/time.ts';
import { LeaseHolding } from '../lease-holding.ts';
import type { NamePlace, Publication, SeriesStore } from '../series-store.ts';
import { parseHbaseAddress } from './address.ts';
import { hbaseError } from './call-error.ts';
import { acquireLease, type HbaseLease } from './lease.ts';
import { namesNear } from './names-near.ts';
import { Pool } from './pool.ts';
import { type Means, PublicationRun } from './publish.ts';
import { readCells } from './read-cells.ts';
import { type Snapshot, StoreRow } from './store-row.ts';
import { Tables } from './tables.ts';

/** The timeout of releasing the lease at the end, in ms. */
const RELEASE_MS = 5000;

export interface HbaseStoreOptions {
  /** Whether nothing will be published. */
  readonly readOnly?: boolean;
  /** The clock from which publications get their numbers. */
  readonly clock?: Clock;
  /** The metrics whose new tables are split into regions. */
  readonly metrics?: readonly Metric[];
}

/**
 * Opens a series store on HBase through its Thrift2 gateways (framed, compact). Nothing is requested from
 * HBase yet, so that a server can start while HBase is down. The first publication makes the tables.
 *
 * Readers never wait for a publication. They see the last one as of their last call of `states` or `publish`;
 * before that, as of the first read.
 * @param place the part of an address after `hbase:`, see `parseHbaseAddress`
 * @throws EngineError when the address can't be used
 */
export function openHbaseStore(place: string, options: HbaseStoreOptions = {}): SeriesStore {
  const address = parseHbaseAddress(place);
  const pool = new Pool(address.gateways, address.connections);
  const tables = new Tables(pool, address, options.metrics ?? []);
  const row = new StoreRow(pool, tables);
  const clock = options.clock ?? { now: () => Date.now() };
  return new HbaseStore({ pool, row, tables, clock, lanes: address.connections }, options.readOnly === true);
}

class HbaseStore implements SeriesStore {
  readonly #means: Means;
  readonly #readOnly: boolean;
  /** The publication that is read. Cells must not be newer than the states that callers saw, because an answer combines both. */
  #snapshot: Snapshot | undefined;
  /**
   * The number of requested snapshots, and the number of the kept one. A snapshot that arrives after a newer
   * one is dropped.
   */
  #asked = 0;
  #kept = 0;
  readonly #lease = new LeaseHolding<HbaseLease>(closed);
  /** Settles when all requested publications have ended. */
  #published: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(means: Means, readOnly: boolean) {
    this.#means = means;
    this.#readOnly = readOnly;
  }

  async states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }> {
    signal.throwIfAborted();
    this.#assertOpen();
    const { revision, tables } = await this.#look(signal);
    return { revision: `${revision}`, tables };
  }

  async read(
    table: string,
    keys: readonly CellKey[],
    signal: AbortSignal,
  ): Promise<(Uint8Array | undefined)[]> {
    signal.throwIfAborted();
    this.#assertOpen();
    const snapshot = this.#snapshot ?? (await this.#look(signal));
    if (!snapshot.tables.has(table)) return keys.map(() => undefined);
    const { pool, tables } = this.#means;
    return readCells(pool, tables, table, snapshot, keys, signal);
  }

  async namesNear(table: string, place: NamePlace, signal: AbortSignal): Promise<string[]> {
    signal.throwIfAborted();
    this.#assertOpen();
    const snapshot = this.#snapshot ?? (await this.#look(signal));
    if (!snapshot.tables.has(table)) return [];
    const { pool, tables } = this.#means;
    return namesNear(pool, tables.name(table), snapshot, place, signal);
  }

  async publish(publication: Publication, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#assertOpen();
    const lease = this.#lease.current;
    if (!lease) throw hbaseError('a publication needs the lease: call lease() first');
    const before = this.#published;
    const run = new PublicationRun(this.#means, publication, lease, signal);
    const turn = abortable(before, signal).then(() => run.run());
    const over = turn.then((snapshot) => this.#keep(snapshot)).catch(() => run.takeBack());
    this.#published = Promise.allSettled([before, over]);
    await turn;
  }

  async lease(holder: string, signal: AbortSignal): Promise<Lease> {
    this.#assertOpen();
    if (this.#readOnly) throw hbaseError('The series store is open for reading only.');
    const { row } = this.#means;
    return this.#lease.take((patience) => acquireLease(row, holder, patience), signal);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#lease.close();
    await this.#published;
    // If HBase doesn't answer, the lease ends by its term.
    await Promise.race([this.#lease.release().catch(() => undefined), after(RELEASE_MS)]);
    this.#means.pool.close();
  }

  /** Moves reading to the last publication. Reads only one column if that is unchanged. */
  async #look(signal: AbortSignal): Promise<Snapshot> {
    const { row } = this.#means;
    const turn = ++this.#asked;
    const known = this.#snapshot;
    const same = known && (await row.revision(signal)) === known.revision;
    const seen = same ? known : await row.snapshot(signal);
    return this.#keep(seen, turn);
  }

  #keep(snapshot: Snapshot, turn = ++this.#asked): Snapshot {
    if (this.#snapshot && turn < this.#kept) return this.#snapshot;
    this.#kept = turn;
    return (this.#snapshot = snapshot);
  }

  #assertOpen(): void {
    if (this.#closing) throw closed();
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function closed(): EngineError {
  return hbaseError('The series store is closed.');
}

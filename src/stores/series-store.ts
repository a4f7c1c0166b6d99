import type { CellKey } from '../core/cell/layout.ts';
import type { Lease } from '../core/lease.ts';
import type { TableState } from '../core/time/table-state.ts';

/**
 * A store of series that are read by key. It stores bytes; core/cell/cell.ts and core/cell/layout.ts give
 * them their meaning. Tables are named by their SQL names, `tableOf(metric).name`, as in the warehouse.
 *
 * A call whose signal is aborted rejects with the signal's reason at once. Any other rejection is an
 * `EngineError`. Every call after `close` is rejected that way, too. Published cells remain after `close`.
 * Returned buffers belong to the caller. `test/stores/conformance.ts` proves all of this.
 */
export interface SeriesStore {
  /**
   * Returns the state of every table that was ever published. Every publication, by any process, changes
   * `revision`; the same revision means the same states.
   */
  states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }>;
  /**
   * Reads many cells of one table at once, in the order of the keys; a missing cell is undefined. Cells are
   * as of this store's last `states` or `publish`, so that an answer doesn't mix two publications.
   */
  read(table: string, keys: readonly CellKey[], signal: AbortSignal): Promise<(Uint8Array | undefined)[]>;
  /**
   * Reads one cell as `read` does, but at once. A store that has to wait for its cells, lacks it. The bytes are valid until
   * the next read.
   * @throws EngineError
   */
  readNow?(table: string, key: CellKey): Uint8Array | undefined;
  /**
   * Finds names near a place, for hints. A row that begins with `before` contains a name: the bytes between
   * `before` and the next 0x00. Returns a few dozen names next to `name` in the order of the engine's keys,
   * with the name itself if it exists, and a few that begin with `begins`. The cost is bounded, so names may
   * be missing. Names that were cleared or not published are never returned.
   */
  namesNear(table: string, place: NamePlace, signal: AbortSignal): Promise<string[]>;
  /**
   * Yields every cell of a table, in batches, as of this store's last `states` or `publish`. The cells of a series in
   * one row come one after the other. A store that can't stream its cells in bounded memory lacks it.
   */
  scan?(table: string, signal: AbortSignal): AsyncIterable<readonly StoredCell[]>;
  /**
   * Clears cells, writes the new ones, then the state. Readers see the whole change once the promise
   * resolves. Before that they see no part of it. They never see any of it when the promise rejects: when the
   * source of the cells throws (with its error), the engine fails, or the signal is aborted, even while the
   * source hangs. The lease must be held until then; without it, or if it was released or lost, the promise
   * rejects with an `EngineError`. Publications requested at once are queued in order; an abort takes effect
   * in the queue, too. When a publication ends or fails, its source's iterator is ended (`return()`) without
   * waiting for it. The source's buffers belong to the store until the promise settles.
   */
  publish(publication: Publication, signal: AbortSignal): Promise<void>;
  /**
   * Takes the right to publish. One holder has it at a time, also across processes and hosts. Waits for the
   * current holder as long as the signal allows. A holder that died is replaced at once or after its term.
   * @throws LeaseHeldError, naming the holder, when the signal is aborted first
   */
  lease(holder: string, signal: AbortSignal): Promise<Lease>;
  /**
   * Waits for the requested publications, then releases the lease. It doesn't abort them; callers that want a
   * quick end abort them first. A call that waits for the lease is refused, and so are later calls from now
   * on. Further closes wait like the first.
   */
  close(): Promise<void>;
}

/** The place of a name in rows: `before`, the name, 0x00, `after`, and the row's period. */
export interface NamePlace {
  readonly before: string;
  readonly name: string;
  /** Names that begin with this text are returned as well. For `Moonlight` it is `Moonlight_(`. */
  readonly begins?: string;
  /** The part of rows after the name, without the period. It tells how long the rows are. */
  readonly after: string;
}

export interface Cell extends CellKey {
  readonly value: Uint8Array;
}

/** A cell as the store holds it. */
export interface StoredCell extends Cell {
  /** The bytes that the store holds for it: its own, and of a key that cells share, the first has all. */
  readonly bytes: number;
}

export interface Publication {
  readonly table: string;
  /**
   * The periods whose cells are cleared, except those that come with `cells`. A stored cell is cleared when
   * the parts of its row and its column after the last 0x00 are the `row` and `column` of one of these.
   * `periodMatcher` of core/cell/layout.ts decides; a `CellPeriod` fits.
   */
  readonly clear: readonly { readonly row: string; readonly column: string }[];
  /** Cells to write, in batches. They replace existing ones; the last of two with one key counts. */
  readonly cells: AsyncIterable<readonly Cell[]>;
  /** The table's new state. */
  readonly state: TableState;
}

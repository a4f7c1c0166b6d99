import type { CellKey } from '../core/cell/layout.ts';
import type { Lease } from '../core/lease.ts';
import type { TableState } from '../core/time/table-state.ts';

/**
 * Where series are read by key. It keeps bytes; what they mean is core/cell/cell.ts's and
 * core/cell/layout.ts's. Tables go by their SQL names, `tableOf(metric).name`, as in the warehouse.
 *
 * A call whose signal is aborted rejects with its reason, at once. What else a call rejects with
 * is an `EngineError`; so does every call after `close`. What was published outlives the close.
 * Buffers that are returned are the caller's. `test/stores/conformance.ts` proves all of this.
 */
export interface SeriesStore {
  /**
   * The state of every table that was ever published. Every publication, by whomever, gives another
   * `revision`; the same one means the same states.
   */
  states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }>;
  /**
   * Many cells of one table in one round: in the order asked, undefined where there is none.
   * Cells are as they were when this store last gave its states or published, so that an answer
   * doesn't mix two publications.
   */
  read(table: string, keys: readonly CellKey[], signal: AbortSignal): Promise<(Uint8Array | undefined)[]>;
  /**
   * What rows of a table have in the place of a name: of rows that begin with `before`, what stands
   * between that and the next 0x00; of those that lie next to `name` in the order of the engine's keys
   * a few dozen, the name itself among them where it is there, and a few that begin with `begins`. A look of bounded cost, for hints: it
   * may leave out what there is, but gives nothing that was cleared or not published.
   */
  namesNear(table: string, place: NamePlace, signal: AbortSignal): Promise<string[]>;
  /**
   * Clears, writes the cells, then the state. All of it is seen at once when the promise resolves,
   * and nothing of it before, or ever when it rejects: when the source of the cells throws (with
   * its error), the engine fails, or the signal is aborted, also while the source hangs.
   * The lease must be held until then: without it, or where it was released or lost meanwhile, an
   * `EngineError` rejects. Publications that are asked for at once queue, in the order asked; an
   * abort takes effect in the queue too. A source that was begun is ended (`return()`), however its
   * publication ends, and isn't waited for. Its buffers are the store's until the promise settles.
   */
  publish(publication: Publication, signal: AbortSignal): Promise<void>;
  /**
   * The right to publish, one holder at a time, also across processes and hosts. Waits for the
   * holder as long as the signal allows; a holder that died is followed at once or after its term.
   * @throws LeaseHeldError, naming the holder, when the signal's time is over.
   */
  lease(holder: string, signal: AbortSignal): Promise<Lease>;
  /**
   * Waits for the publications that were asked for, which end as they would have (abort them for a
   * quick end), then releases the lease; who waits for it is refused. Calls that come later are
   * refused from now on. A second close waits like the first.
   */
  close(): Promise<void>;
}

/** The place of a name in rows: `before`, the name, 0x00, `after`, and the row's period. */
export interface NamePlace {
  readonly before: string;
  readonly name: string;
  /** What longer names begin with that are looked for as well: of `Moonlight`, `Moonlight_(`. */
  readonly begins?: string;
  /** What rows have after the name, but for the period: they are about as long as it makes them. */
  readonly after: string;
}

export interface Cell extends CellKey {
  readonly value: Uint8Array;
}

export interface Publication {
  readonly table: string;
  /**
   * The periods of which no series keeps a cell, except those that come with `cells`: a stored cell
   * goes when what follows the last 0x00 of its row and of its column is the `row` and `column` of
   * one of these. `periodMatcher` of core/cell/layout.ts tells; a `CellPeriod` fits.
   */
  readonly clear: readonly { readonly row: string; readonly column: string }[];
  /** Cells to write, in batches; one that exists is replaced, and of two with one key the last counts. */
  readonly cells: AsyncIterable<readonly Cell[]>;
  /** The table's state from now on. */
  readonly state: TableState;
}

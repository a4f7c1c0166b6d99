import type { TableState } from '../core/table-state.ts';
import type { CellKey, CellPeriod } from '../core/layout.ts';

/**
 * Where series are read by key: LMDB, HBase. It keeps bytes; what they mean is core/cell.ts's
 * and core/layout.ts's. All calls may throw `EngineError`; a call whose signal is aborted rejects
 * with its reason. `test/stores/conformance.ts` says what an engine must do.
 */
export interface SeriesStore {
  /** The state of every table that was ever published, by name. The same `revision` means the same states. */
  states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }>;
  /** Many cells of one table in one round: in the order asked, undefined where there is none. */
  read(table: string, keys: readonly CellKey[], signal: AbortSignal): Promise<(Uint8Array | undefined)[]>;
  /** The cells of one row whose columns lie from `from` up to but without `to`, in the order of their bytes. */
  readRow(
    table: string,
    row: Uint8Array,
    from: Uint8Array,
    to: Uint8Array,
    signal: AbortSignal,
  ): Promise<Cell[]>;
  /** Writes cells, then the state. Readers see a state only with all of its cells. */
  publish(publication: Publication, signal: AbortSignal): Promise<void>;
  /** Rejects when the engine doesn't answer. */
  ping(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Cell extends CellKey {
  readonly value: Uint8Array;
}

export interface Publication {
  readonly table: string;
  /** The cells of these periods, of every series, are removed first. */
  readonly clear: readonly CellPeriod[];
  /** Cells to write, in batches; one that exists is replaced. */
  readonly cells: AsyncIterable<readonly Cell[]>;
  /** The table's state from now on. */
  readonly state: TableState;
}

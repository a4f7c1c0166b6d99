import type { Aggregation, Groups } from '../core/question/aggregation.ts';
import type { Analysed, Analysis } from '../core/question/analysis.ts';
import type { Lease } from '../core/lease.ts';
import type { Why } from '../core/time/history.ts';
import type { MadeFrom, TableState } from '../core/time/table-state.ts';
import type { Rows, Table } from '../core/metric/table.ts';
import type { Grain, Ordinal } from '../core/time/time.ts';
import type { Derivation } from './derivation.ts';
import type { FileRows } from './file-rows.ts';
import type { ForeignTable } from './foreign-table.ts';
import type { ShownQuestion } from './shown-statement.ts';

/**
 * A store of tables that understands SQL. A call whose signal is aborted rejects with the signal's reason;
 * any other rejection is an `EngineError`, also of every call after `close`. Written rows remain after
 * `close`. Returned arrays belong to the caller. `test/warehouses/conformance.ts` proves all of this.
 */
export interface Warehouse {
  /**
   * Returns the state of every table that was ever written, by SQL name. Every change of a table, by any
   * process, changes `revision`; the same revision means the same states.
   */
  states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }>;
  /** Yields the selected rows in batches, sorted by dimensions, period and rank, unless the query says otherwise. */
  select(query: Select, signal: AbortSignal): AsyncIterable<Rows>;
  /**
   * Writes selected rows to a Parquet file of this machine, in the order of the table's files. An engine that can't leaves
   * it out. The file is whole when the promise resolves; otherwise it may be there in part.
   */
  copy?(query: Copy, path: string, signal: AbortSignal): Promise<void>;
  /** Returns a table that another program writes, by its name. */
  foreign(name: string): ForeignTable;
  /** Yields rows added up in groups, sorted as asked, in batches. Names and numbers are checked first (TypeError). */
  aggregate(query: Aggregation, signal: AbortSignal): AsyncIterable<Groups>;
  /** Yields the rows of an analysis, computed, chosen and sorted as it says, in batches. It is checked first (TypeError). */
  analyse(query: Analysis, signal: AbortSignal): AsyncIterable<Analysed>;
  /**
   * Returns the statement of a question as a text that other programs run over the same tables; undefined if it has no row.
   * DuckDB's reads the views of `kraken views`. Names and numbers are checked first (TypeError).
   */
  sqlOf(question: ShownQuestion, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Changes a table. Readers see the whole change once the promise resolves. Before that they see no part of
   * it. They never see any of it when the promise rejects: when the source of the rows or `covers` throws
   * (with their error), the engine fails, the lease was released or lost, or the signal is aborted, even
   * while the source hangs. The lease must be held; a second write is refused while one is in progress. When
   * the write ends or fails, the source's iterator is ended (`return()`) without waiting for it. The source's
   * arrays belong to the warehouse until the promise settles.
   */
  write(change: Change, signal: AbortSignal): Promise<Written>;
  /**
   * Takes the right to write. One holder has it at a time, also across processes and hosts. Waits for the
   * current holder as long as the signal allows. A holder that died is replaced at once or after its term.
   * @throws LeaseHeldError, naming the holder, when the signal is aborted first
   */
  lease(holder: string, signal: AbortSignal): Promise<Lease>;
  /**
   * Waits for the write in progress, then releases the lease. It doesn't abort the write; callers that want a
   * quick end abort it first. A read in progress ends or rejects with an `EngineError`; so does a call that
   * waits for the lease. Later calls are refused from now on. Further closes wait like the first.
   */
  close(): Promise<void>;
}

/** A query of one table. The engine binds or escapes values; names come from the catalogue. */
export interface Select {
  readonly table: Table;
  readonly grain: Grain;
  /** The first and last period, both included. */
  readonly first: Ordinal;
  readonly last: Ordinal;
  /** The allowed values of a dimension, by column name. A dimension that isn't named may have any value. */
  readonly where: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** Sums the measures of days into months. Not for tops. */
  readonly sumTo?: 'monthly';
  /** Reads the rows as they were in this version of the table, which its history must reach. */
  readonly asOf?: number;
  /** Lets the engine choose the order of series, or of lists. The rows of each one lie together, sorted as ever. */
  readonly anyOrder?: true;
}

/** Rows of a table as a file for people. */
export interface Copy extends Pick<Select, 'table' | 'grain' | 'first' | 'last' | 'where'> {
  readonly columns: readonly CopiedColumn[];
  /** Values whose rows are left out. */
  readonly withheld: Select['where'];
  /** Measures whose rows are left out below a number. */
  readonly least: readonly { readonly column: string; readonly least: number }[];
  /** The file's metadata. */
  readonly about?: readonly (readonly [name: string, text: string])[];
}

export interface CopiedColumn {
  /** The name in SQL; `timestamp` and `rank` are columns, too. */
  readonly column: string;
  /** The name in the file. */
  readonly name: string;
  readonly type: 'text' | 'whole' | 'decimal' | 'date' | 'instant' | 'flag';
  /** Whether values may be those of entries without a name, which become null. */
  readonly hasNameless?: true;
}

export interface Change {
  readonly table: Table;
  /** Rows to remove before any are added. */
  readonly remove: readonly Removal[];
  /**
   * Rows to add. A row replaces the one with the same dimensions and period; for tops, the whole list with
   * the same dimensions and period is replaced. The last of several rows with one key wins. The engine makes
   * the rows of a derivation itself; `remove` takes away the rows that they replace.
   */
  readonly rows: AsyncIterable<Rows | FileRows> | Derivation;
  /**
   * Why rows change. The change then becomes a part of the table's history, with what it changes of served
   * numbers. After a change without a reason, the table can't be taken back behind it.
   */
  readonly why?: Why;
  /** Returns the coverage that this change claims. Called once, when `rows` is exhausted. */
  readonly covers: () => readonly Cover[];
  /** Called before anything becomes visible, if any rows have equal keys. An error that it throws ends the change. */
  readonly onRepeats?: (repeats: Repeats) => void;
  /** The new `madeFrom` of the table's state, or `ownMadeFrom` for own traffic. Without it the stored one stays. */
  readonly madeFrom?: MadeFrom;
  /** Whether the added rows were made from collected events: views of a site's own visitors, a wiki's edits. */
  readonly isOwnTraffic?: boolean;
}

/** Rows of one change that have the same key. */
export interface Repeats {
  /** The number of rows that are dropped because a later one has the same key. */
  readonly rows: number;
  /** The number of keys whose rows differ in another column. */
  readonly differing: number;
  /** One of the keys by column, one with differing rows if possible, and the first and last of its rows. */
  readonly example: {
    readonly key: ReadonlyMap<string, string>;
    readonly first: RepeatedRow;
    readonly last: RepeatedRow;
  };
}

export interface RepeatedRow {
  /** The row's place among the rows of the change, from 0. */
  readonly row: number;
  /** The values of the columns outside the key; null if unknown. */
  readonly values: ReadonlyMap<string, string | null>;
}

export interface Removal {
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly where: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** The scopes whose coverage is removed with the rows; undefined means all. */
  readonly scopes?: readonly string[];
  /** The scopes that lose only some of their rows, and so are no longer complete. */
  readonly broken?: readonly string[];
}

export interface Cover {
  readonly grain: Grain;
  /** A `scopeKey`. */
  readonly scope: string;
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly complete: boolean;
}

export interface Written {
  readonly state: TableState;
  /** The partitions whose rows or coverage changed; empty if the change made no difference. */
  readonly changed: readonly string[];
  readonly rows: number;
}

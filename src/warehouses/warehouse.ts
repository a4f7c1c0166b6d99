import type { Aggregation, Groups } from '../core/question/aggregation.ts';
import type { Lease } from '../core/lease.ts';
import type { MadeFrom, TableState } from '../core/time/table-state.ts';
import type { Rows, Table } from '../core/metric/table.ts';
import type { Grain, Ordinal } from '../core/time/time.ts';
import type { Derivation } from './derivation.ts';
import type { ForeignTable } from './foreign-table.ts';

/**
 * Where every table lies, and where SQL is spoken. A call whose signal is aborted rejects with its
 * reason. What else a call rejects with is an `EngineError`; so does every call after `close`.
 * What was written outlives the close. Arrays that are returned are the caller's.
 * `test/warehouses/conformance.ts` proves all of this.
 */
export interface Warehouse {
  /**
   * The state of every table that was ever written, by SQL name. Every change of any, by whomever,
   * gives another `revision`; the same one means the same states.
   */
  states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }>;
  /** Rows that a question asks for, sorted by dimensions, period and rank, in batches. */
  select(query: Select, signal: AbortSignal): AsyncIterable<Rows>;
  /** A table that somebody else writes, by its name. */
  foreign(name: string): ForeignTable;
  /** Rows added up in groups, sorted as asked, in batches. Its names and numbers are checked first (TypeError). */
  aggregate(query: Aggregation, signal: AbortSignal): AsyncIterable<Groups>;
  /**
   * Changes a table. All of it is seen at once when the promise resolves, and nothing of it before,
   * or ever when it rejects: when the source of the rows or `covers` throws (with their error), the
   * engine fails, the lease was released or lost meanwhile, or the signal is aborted, also while
   * the source hangs. The lease must be held; another write while one is under way is refused. A
   * source that was begun is ended (`return()`), however the write ends, and isn't waited for. Its
   * arrays are the warehouse's until the promise settles.
   */
  write(change: Change, signal: AbortSignal): Promise<Written>;
  /**
   * The right to write, one holder at a time, also across processes and hosts. Waits for the
   * holder as long as the signal allows; a holder that died is followed at once or after its term.
   * @throws LeaseHeldError, naming the holder, when the signal's time is over.
   */
  lease(holder: string, signal: AbortSignal): Promise<Lease>;
  /**
   * Waits for the write that is under way, which ends as it would have (abort it for a quick end),
   * then releases the lease. A read under way ends, or rejects with an `EngineError`; so does who
   * waits for the lease. Calls that come later are refused from now on. A second close waits like
   * the first.
   */
  close(): Promise<void>;
}

/** A question to one table. Values are bound or escaped by the engine; names come from the catalogue. */
export interface Select {
  readonly table: Table;
  readonly grain: Grain;
  /** Both ends included. */
  readonly first: Ordinal;
  readonly last: Ordinal;
  /** The values that a dimension may have; a dimension that isn't named may have any. By column name. */
  readonly where: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** Sum the measures of days into months. Not for tops. */
  readonly sumTo?: 'monthly';
}

export interface Change {
  readonly table: Table;
  /** Rows taken away before any are added. */
  readonly remove: readonly Removal[];
  /**
   * Rows to add. A row replaces the one with the same dimensions and period; for tops the list
   * with the same dimensions and period is replaced whole. Of equal keys in `rows` the last wins.
   * The engine makes those of a derivation itself; `remove` takes away what they replace.
   */
  readonly rows: AsyncIterable<Rows> | Derivation;
  /** Called once, when `rows` is exhausted: the coverage that this change claims. */
  readonly covers: () => readonly Cover[];
  /** Told of rows with equal keys, if there are any, before anything becomes visible. What it throws ends the change. */
  readonly onRepeats?: (repeats: Repeats) => void;
  /** To be kept in the table's state; what is there stays unless given. */
  readonly madeFrom?: MadeFrom;
}

/** Rows of one change that have the same key. */
export interface Repeats {
  /** How many rows aren't taken, since another one of the same key comes later. */
  readonly rows: number;
  /** How many keys have rows that differ in anything else. */
  readonly differing: number;
  /** One of the keys, of those that differ if there are any, by column, and the first and last of its rows. */
  readonly example: {
    readonly key: ReadonlyMap<string, string>;
    readonly first: RepeatedRow;
    readonly last: RepeatedRow;
  };
}

export interface RepeatedRow {
  /** Its place among the rows of the change, from 0 on. */
  readonly row: number;
  /** What isn't part of the key, by column; null where it isn't known. */
  readonly values: ReadonlyMap<string, string | null>;
}

export interface Removal {
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly where: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** The scopes whose coverage goes with the rows; undefined: all. */
  readonly scopes?: readonly string[];
  /** The scopes that lose some of their rows only: they aren't complete there any more. */
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
  /** The partitions whose rows or coverage are not as before; empty when the change changed nothing. */
  readonly changed: readonly string[];
  readonly rows: number;
}

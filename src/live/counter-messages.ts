import type { Aggregation, Groups } from '../core/question/aggregation.ts';
import type { Counting, NotCounting } from '../core/question/counting.ts';
import type { Rows } from '../core/metric/table.ts';
import type { Select } from '../warehouses/warehouse.ts';

/** The calls of `LiveNumbers.tables`, and what they find. */
export interface TableCalls {
  readonly select: { readonly asked: Select; readonly found: Rows };
  readonly aggregate: { readonly asked: Aggregation; readonly found: Groups };
}

/** What a thread that counts is told. All of it is plain data, as threads copy it. */
export type CounterRequest =
  | { readonly [C in keyof TableCalls]: Ask<C> }[keyof TableCalls]
  /** Nobody waits for the answer with this number any more. */
  | { readonly leave: number }
  /** Counting ends. */
  | { readonly end: true };

export interface Ask<C extends keyof TableCalls> {
  /** The answer has the same number. */
  readonly number: number;
  readonly call: C;
  readonly asked: TableCalls[C]['asked'];
}

/** An error with what a thread can copy of it. */
export interface CopiedError {
  readonly message: string;
  readonly stack: string | undefined;
  /** The engine, if it is an `EngineError`. */
  readonly engine: string | undefined;
}

/** What a thread that counts says. */
export type CounterMessage =
  | { readonly answer: number; readonly found: readonly (Rows | Groups)[] }
  | { readonly answer: number; readonly error: CopiedError }
  /** How many views are held, and what is counted if that has changed. */
  | { readonly held: number; readonly counting?: Counting | NotCounting }
  /** A round failed; counting goes on. */
  | { readonly failed: CopiedError };

/** One end of the messages between two threads. */
export interface Port<Sent, Got> {
  postMessage(message: Sent): void;
  on(event: 'message', take: (message: Got) => void): unknown;
}

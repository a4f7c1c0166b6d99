import type { Metric } from '../core/metric/metric.ts';
import type { Table } from '../core/metric/table.ts';
import type { MadeFrom } from '../core/time/table-state.ts';
import type { Grain, Span } from '../core/time/time.ts';
import type { SourcePart } from '../warehouses/derivation.ts';
import type { Cover } from '../warehouses/warehouse.ts';

/** Events that metrics are made from, as they are at one moment. */
export interface EventSource {
  readonly table: Table;
  /** Grows with each change of the events. */
  readonly version: number;
  /** The instant up to which events are closed, in ms since 1970, if only closed ones count. */
  readonly closedMs?: number;
  /** Whether these are the views of sites' own visitors. */
  readonly isOwnTraffic: boolean;
  /**
   * Returns what has to be made again, by grain.
   * @param since what the rows were made from
   * @throws EngineError
   */
  changes(grains: readonly Grain[], since: Since): Promise<readonly GrainChange[]>;
  /** Returns the scopes that the events, and totals of them, are rows of. Nobody else's rows are replaced. */
  scopes(metric: Metric): readonly string[];
  /** Returns the coverage that rows made for these changes claim. */
  covers(metric: Metric, changes: readonly GrainChange[]): readonly Cover[];
  /** Keeps the files of changes from being deleted, until the returned function is called. */
  hold?(changes: readonly GrainChange[]): () => Promise<void>;
}

/** What rows were made from: a version of the events, and the instant up to which they were closed. 0 if there are no rows. */
export type Since = Required<Pick<MadeFrom, 'version' | 'closedMs'>>;

/** Periods of one grain whose events changed. */
export interface GrainChange {
  readonly grain: Grain;
  /** The periods to be made again, in order. */
  readonly spans: readonly Pick<Span, 'first' | 'last'>[];
  /** The events of these periods, and of no other. */
  readonly parts: readonly SourcePart[];
}

/** Joins consecutive periods into spans. @param periods in ascending order */
export function runsOf(periods: Iterable<number>): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const period of periods) {
    const run = runs.at(-1);
    if (run?.last === period - 1) run.last = period;
    else runs.push({ first: period, last: period });
  }
  return runs;
}

import type { Metric } from '../core/metric/metric.ts';
import type { Table } from '../core/metric/table.ts';
import type { MadeFrom, TableState } from '../core/time/table-state.ts';
import { DAY_MS, type Grain, type Ordinal, ordinalAt, type Span, startOf } from '../core/time/time.ts';
import type { SourcePart } from '../warehouses/derivation.ts';
import type { Cover } from '../warehouses/warehouse.ts';

/** Events that metrics are made from, as they are at one moment. */
export interface EventSource {
  readonly table: Table;
  /** The table in which these events lie, if not in `table`, as which queries read them. */
  readonly storedIn?: Table;
  /** Whether a metric can be made of these events; by default each of their table can. */
  makes?(metric: Metric): boolean;
  /** Grows with each change of the events. */
  readonly version: number;
  /** The instant up to which events are closed, in ms since 1970, if only closed ones count. */
  readonly closedMs?: number;
  /** The number of events of closed hours of each day, if `version` doesn't say which days changed. */
  readonly days?: ReadonlyMap<Ordinal, number>;
  /** Whether Kraken collected these events itself: views of a site's visitors, edits of a wiki. */
  readonly isOwnTraffic: boolean;
  /**
   * Returns what has to be made again, by grain.
   * @param since what the rows were made from
   * @throws EngineError
   */
  changes(grains: readonly Grain[], since: Since): Promise<readonly GrainChange[]>;
  /**
   * Returns the projects, or the other values of the metric's scope, that the events and totals of them are rows of.
   * Nobody else's rows are replaced. Undefined
   * if all rows of the metric are made from these events.
   */
  scopes(metric: Metric): readonly string[] | undefined;
  /** Returns the coverage that rows made for these changes claim. */
  covers(metric: Metric, changes: readonly GrainChange[]): readonly Cover[];
  /** Keeps the files of changes from being deleted, until the returned function is called. */
  hold?(changes: readonly GrainChange[]): () => Promise<void>;
  /**
   * Says, in sentences, what should be made again but can't be, because its events are gone.
   * @param tables the states of all tables
   */
  notices?(metric: Metric, tables: ReadonlyMap<string, TableState>, since: Since): readonly string[];
}

/** What rows were made from: a version of the events, and the instant up to which they were closed. 0 if there are no rows. */
export type Since = Required<Pick<MadeFrom, 'version' | 'closedMs'>> & Pick<MadeFrom, 'days'>;

/** Periods of one grain whose events changed. */
export interface GrainChange {
  readonly grain: Grain;
  /** The periods to be made again, in order. */
  readonly spans: readonly Pick<Span, 'first' | 'last'>[];
  /** The events of these periods, and of no other. */
  readonly parts: readonly SourcePart[];
  /** Only events before this time (YYYYMMDDHH) are read. */
  readonly until?: string;
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

/** Returns the days with another number of events than the known one. */
export function changedDays(
  days: ReadonlyMap<Ordinal, number>,
  known: ReadonlyMap<Ordinal, number> | undefined,
): Ordinal[] {
  return [...days].flatMap(([day, count]) => (known?.get(day) === count ? [] : [day]));
}

/**
 * Returns the closed periods that have to be made again, in order.
 * @param changed the days whose events changed
 * @param fromMs the instant from which on periods are new: they are made without events, too, because nothing happened
 * @param closedMs the instant up to which events are closed; both in ms since 1970
 */
export function periodsToMake(
  grain: Grain,
  changed: Iterable<Ordinal>,
  fromMs: number,
  closedMs: number,
): Ordinal[] {
  const periods = new Set(closedPeriods(grain, fromMs, closedMs, closedMs));
  for (const day of changed)
    for (const period of closedPeriods(grain, day * DAY_MS, (day + 1) * DAY_MS, closedMs))
      periods.add(period);
  return [...periods].sort((a, b) => a - b);
}

/** Returns the periods that touch a time and end when everything is closed. Times are in ms since 1970. */
function closedPeriods(grain: Grain, fromMs: number, untilMs: number, closedMs: number): Ordinal[] {
  if (!(fromMs < untilMs)) return [];
  const periods: Ordinal[] = [];
  for (let period = ordinalAt(grain, fromMs); startOf(grain, period) < untilMs; period++)
    if (startOf(grain, period + 1) <= closedMs) periods.push(period);
  return periods;
}

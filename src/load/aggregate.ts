import { createHash } from 'node:crypto';
import { EDIT_EVENTS, EVENTS_GRAIN } from '../core/metric/edit-events.ts';
import { partitionSpan } from '../core/time/partition.ts';
import type { Metric } from '../core/metric/metric.ts';
import { EMPTY_STATE, type MadeFrom, type TableState } from '../core/time/table-state.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { type Span, touchedPeriods } from '../core/time/time.ts';
import { monthOf } from '../warehouses/derivation.ts';
import type { Removal } from '../warehouses/warehouse.ts';
import { derivedCovers, derivedScopes } from './derived-coverage.ts';
import { withLease, type Writer } from './lease.ts';
import { storedGrains } from './periods.ts';
import { type Published, publish } from './publish.ts';

export interface AggregateOptions extends Writer {
  /** Those that aren't made from events are passed over. */
  readonly metrics: readonly Metric[];
  /** Also months whose events are as they were: those of which rows were retracted, say. */
  readonly again?: boolean;
  /** Told of each metric when it is done. */
  readonly onDone?: (aggregated: Aggregated) => void;
}

/** What became of one metric. */
export interface Aggregated {
  readonly metric: Metric;
  /** How many months were made anew: those whose events are not as they were. */
  readonly months: number;
  /** The partitions that are not as before. */
  readonly changed: readonly string[];
  readonly published: Published | undefined;
  readonly seconds: number;
}

/**
 * Makes metrics of the events, by what their declarations say, month by month: only those whose
 * events changed since, or all where the declaration did. What is stored of those months, of the
 * projects whose events were imported and of the totals they are in, is replaced. Each metric is
 * seen whole when it is done, and stays as it was when it fails.
 * @throws LeaseHeldError, EngineError
 */
export async function aggregate(options: AggregateOptions): Promise<readonly Aggregated[]> {
  return withLease(options, async () => {
    const done: Aggregated[] = [];
    const { tables } = await options.warehouse.states(options.signal);
    const events = tables.get(EDIT_EVENTS.name) ?? EMPTY_STATE;
    for (const metric of options.metrics) {
      if (!metric.aggregate) continue;
      const before = tables.get(tableOf(metric).name) ?? EMPTY_STATE;
      const aggregated = await aggregateOne(metric, events, before, options);
      options.onDone?.(aggregated);
      done.push(aggregated);
    }
    return done;
  });
}

async function aggregateOne(
  metric: Metric,
  events: TableState,
  before: TableState,
  { warehouse, store, signal, again }: AggregateOptions,
): Promise<Aggregated> {
  const started = performance.now();
  if (!metric.aggregate) throw new TypeError(`${metric.name} isn't made from events`);
  const { digest, rows } = metric.aggregate;
  const texts = [...(digest ?? []), { rows }].map((query) => query.rows.text);
  const how = createHash('sha256').update(texts.join('\0')).digest('base64url').slice(0, 22);
  const partitions = changedSince(events, again ? undefined : before.madeFrom, how);
  const months = runsOf(partitions.map(monthOf));
  const grains = storedGrains(metric);
  let changed: readonly string[] = [];
  if (partitions.length > 0) {
    const scopes = derivedScopes(metric, events);
    const remove = grains.flatMap((grain) =>
      months.map((span): Removal => ({
        ...touchedPeriods(span, grain),
        where: [{ column: 'project', values: scopes }],
        scopes,
      })),
    );
    const change = {
      table: tableOf(metric),
      remove,
      rows: { source: EDIT_EVENTS, partitions, grains, rows, ...(digest ? { digest } : {}) },
      covers: () => derivedCovers(metric, events, grains, months),
      madeFrom: { version: events.version, digest: how },
    };
    ({ changed } = await warehouse.write(change, signal));
  }
  const published = store && (await publish({ metric, warehouse, store, signal }));
  const seconds = (performance.now() - started) / 1000;
  return { metric, months: partitions.length, changed, published, seconds };
}

/** The months of events that are not as they were when something was made from them. */
function changedSince(events: TableState, madeFrom: MadeFrom | undefined, how: string): string[] {
  // A lower version than noted: other events lie there now.
  const since = madeFrom?.digest === how && madeFrom.version <= events.version ? madeFrom.version : 0;
  return [...events.partitions]
    .filter(([name, { version }]) => partitionSpan(name).grain === EVENTS_GRAIN && version > since)
    .map(([name]) => name)
    .sort();
}

/** Consecutive months together. */
function runsOf(months: readonly number[]): Span[] {
  const runs: Span[] = [];
  for (const month of months) {
    const run = runs.at(-1);
    if (run?.last === month - 1) runs[runs.length - 1] = { ...run, last: month };
    else runs.push({ grain: 'monthly', first: month, last: month });
  }
  return runs;
}

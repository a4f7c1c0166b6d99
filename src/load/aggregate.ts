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
  /** Metrics that aren't made from events are skipped. */
  readonly metrics: readonly Metric[];
  /** Also recomputes the months whose events didn't change, for instance after rows were retracted. */
  readonly again?: boolean;
  /** Receives each metric when it is done. */
  readonly onDone?: (aggregated: Aggregated) => void;
}

/** The result for one metric. */
export interface Aggregated {
  readonly metric: Metric;
  /** How many months were made again because their events changed. */
  readonly months: number;
  /** The partitions that changed. */
  readonly changed: readonly string[];
  readonly published: Published | undefined;
  readonly seconds: number;
}

/**
 * Makes metrics from the events as their declarations say, month by month. Only months whose events changed
 * are made again. If the declaration changed, all months are made again. The new rows replace the stored ones
 * of those months, for the projects with imported events and the totals that these are part of. Readers see
 * each metric's change at once when it is done; a metric that fails isn't changed.
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
  const queriesDigest = createHash('sha256').update(texts.join('\0')).digest('base64url').slice(0, 22);
  const partitions = changedSince(events, again ? undefined : before.madeFrom, queriesDigest);
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
      madeFrom: { version: events.version, digest: queriesDigest },
    };
    ({ changed } = await warehouse.write(change, signal));
  }
  const published = store && (await publish({ metric, warehouse, store, signal }));
  const seconds = (performance.now() - started) / 1000;
  return { metric, months: partitions.length, changed, published, seconds };
}

/** Returns the months whose events changed since the rows were made from them. */
function changedSince(events: TableState, madeFrom: MadeFrom | undefined, queriesDigest: string): string[] {
  // A lower version than the noted one means that the events were replaced by others.
  const since =
    madeFrom?.digest === queriesDigest && madeFrom.version <= events.version ? madeFrom.version : 0;
  return [...events.partitions]
    .filter(([name, { version }]) => partitionSpan(name).grain === EVENTS_GRAIN && version > since)
    .map(([name]) => name)
    .sort();
}

/** Joins consecutive months into spans. */
function runsOf(months: readonly number[]): Span[] {
  const runs: Span[] = [];
  for (const month of months) {
    const run = runs.at(-1);
    if (run?.last === month - 1) runs[runs.length - 1] = { ...run, last: month };
    else runs.push({ grain: 'monthly', first: month, last: month });
  }
  return runs;
}

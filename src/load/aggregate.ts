import { createHash } from 'node:crypto';
import { COLLECTED_EDITS, EDIT_EVENTS } from '../core/metric/edit-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { columnName } from '../core/metric/table.ts';
import type { StreamEvents } from '../core/metric/stream-events.ts';
import { EMPTY_STATE, type MadeFrom, type TableState } from '../core/time/table-state.ts';
import type { Change, Removal } from '../warehouses/warehouse.ts';
import { collectedEditSource } from './collected-edit-source.ts';
import { editSource } from './edit-source.ts';
import type { EventSource, GrainChange, Since } from './event-source.ts';
import { withLease, type Writer } from './lease.ts';
import { type LeftOut, scopesOfOthers } from './one-source.ts';
import { storedGrains } from './periods.ts';
import { type Published, publish } from './publish.ts';

export interface AggregateOptions extends Writer {
  /** Metrics that aren't made from events are skipped. */
  readonly metrics: readonly Metric[];
  /** Opens the table of page views. Without it, metrics that are made from views are skipped. */
  readonly views?: (signal: AbortSignal) => Promise<EventSource>;
  /** Opens a stream's events. Without it, metrics that are made from streams are skipped; so are those whose stream has no events. */
  readonly events?: (events: StreamEvents, signal: AbortSignal) => Promise<EventSource | undefined>;
  /** Makes no numbers of imported histories. */
  readonly onlyCollected?: boolean;
  /** Also recomputes the periods whose events didn't change, for instance after rows were retracted. */
  readonly again?: boolean;
  /** Receives each metric when it is done. */
  readonly onDone?: (aggregated: Aggregated) => void;
}

/** The result for one metric. */
export interface Aggregated {
  readonly metric: Metric;
  /** What was made again because its events changed; empty if nothing was. */
  readonly made: readonly GrainChange[];
  /** The scopes, such as projects, whose own traffic isn't counted, because they have numbers of another source. */
  readonly leftOut: readonly LeftOut[];
  /** What couldn't be made again, because its events are gone, in sentences. */
  readonly notices: readonly string[];
  /** The partitions that changed. */
  readonly changed: readonly string[];
  readonly published: Published | undefined;
  readonly seconds: number;
}

/**
 * Makes metrics from events as their declarations say. Only periods whose events changed are made again. If the
 * declaration changed, all periods are made again. The new rows replace the stored ones of those periods, for
 * the projects with events and the totals that these are part of. Readers see each metric's change at once when
 * it is done; a metric that fails isn't changed.
 * @throws LeaseHeldError, EngineError
 */
export async function aggregate(options: AggregateOptions): Promise<readonly Aggregated[]> {
  return withLease(options, async () => {
    const done: Aggregated[] = [];
    const { tables } = await options.warehouse.states(options.signal);
    const views = await options.views?.(options.signal);
    const edits = editSource(tables.get(EDIT_EVENTS.name) ?? EMPTY_STATE);
    const collected = tables.get(COLLECTED_EDITS.name);
    const known = [
      ...(options.onlyCollected ? [] : [edits]),
      ...(collected ? [collectedEditSource(collected)] : []),
      ...(views ? [views] : []),
    ];
    for (const metric of options.metrics) {
      const { source: table, events } = metric.aggregate ?? {};
      const ofStream = events && (await options.events?.(events, options.signal));
      const sources = events ? (ofStream ? [ofStream] : []) : known.filter((one) => one.table === table);
      const able = sources.filter((one) => one.makes?.(metric) ?? true);
      for (const [place, source] of able.entries()) {
        // What another source has made of the metric a moment ago counts, too.
        const states = place === 0 ? tables : (await options.warehouse.states(options.signal)).tables;
        const aggregated = await aggregateOne(metric, source, states, options);
        options.onDone?.(aggregated);
        done.push(aggregated);
      }
    }
    return done;
  });
}

async function aggregateOne(
  metric: Metric,
  source: EventSource,
  tables: ReadonlyMap<string, TableState>,
  { warehouse, store, signal, again, clock }: AggregateOptions,
): Promise<Aggregated> {
  const started = performance.now();
  const before = tables.get(tableOf(metric).name) ?? EMPTY_STATE;
  if (!metric.aggregate) throw new TypeError(`${metric.name} isn't made from events`);
  const { digest, rows, rowsOf, hasRanks = false, grains = storedGrains(metric), events } = metric.aggregate;
  const texts = [...(digest ?? []), { rows }].map((query) => query.rows.text);
  for (const [grain, other] of Object.entries(rowsOf ?? {})) texts.push(grain, other.text);
  // The fields have no names in the query.
  if (events) texts.push(JSON.stringify(events.fields));
  if (source.storedIn) texts.push(source.storedIn.name);
  const queriesDigest = createHash('sha256').update(texts.join('\0')).digest('base64url').slice(0, 22);
  // Tables of older Krakens say it in one place.
  const madeFrom = source.isOwnTraffic ? (before.ownMadeFrom ?? before.madeFrom) : before.madeFrom;
  const since = sinceOf(source, again ? undefined : madeFrom, queriesDigest);
  const changes = await source.changes(grains, since);
  const notices = source.notices?.(metric, tables, since) ?? [];
  const all = source.scopes(metric);
  const column = columnName(metric.scope[0] ?? '');
  const { isOwnTraffic } = source;
  const leftOut = all ? scopesOfOthers(before, all, { changes, isOwnTraffic }) : [];
  let changed: readonly string[] = [];
  // What can't be made again is noted, so that it is said once.
  if (changes.length > 0 || notices.length > 0) {
    const without = leftOut.map(({ scope }) => scope);
    const scopes = all?.filter((scope) => !without.includes(scope));
    const remove = changes.flatMap(({ grain, spans }) =>
      spans.map((span): Removal => ({
        grain,
        ...span,
        ...(scopes ? { where: [{ column, values: scopes }], scopes } : { where: [] }),
      })),
    );
    const change = {
      table: tableOf(metric),
      remove,
      rows: {
        source: source.storedIn ?? source.table,
        ...(source.storedIn && scopes
          ? { calledAs: source.table.name, only: { column, values: scopes } }
          : {}),
        reads: changes,
        rows,
        hasRanks,
        ...(rowsOf ? { rowsOf } : {}),
        ...(digest ? { digest } : {}),
        ...(events ? { fields: events.fields } : {}),
        ...(without.length > 0 ? { without: { column, values: without } } : {}),
      },
      covers: () => source.covers(metric, changes).filter(({ scope }) => !without.includes(scope)),
      madeFrom: {
        version: source.version,
        digest: queriesDigest,
        ...(source.closedMs === undefined ? {} : { closedMs: source.closedMs }),
        ...(source.days ? { days: source.days } : {}),
      },
      isOwnTraffic,
      why: { cause: again ? 'made-again' : since.version === 0 ? 'new-definition' : 'late-data' },
    } satisfies Change;
    const release = source.hold?.(changes);
    try {
      ({ changed } = await warehouse.write(change, signal));
    } finally {
      await release?.();
    }
  }
  const published =
    store && (await publish({ metric, warehouse, store, signal, ...(clock ? { clock } : {}) }));
  const seconds = (performance.now() - started) / 1000;
  return { metric, made: changes, leftOut, notices, changed, published, seconds };
}

/** Returns what the stored rows were made from. Nothing, if they were made in another way. */
function sinceOf(source: EventSource, madeFrom: MadeFrom | undefined, queriesDigest: string): Since {
  // A lower version than the noted one means that the events were replaced by others.
  const isSame = madeFrom?.digest === queriesDigest && madeFrom.version <= source.version;
  return isSame ? { ...madeFrom, closedMs: madeFrom.closedMs ?? 0 } : { version: 0, closedMs: 0 };
}

import {
  COLLECTED_EDITS,
  EDIT_STREAM,
  eventCoverage,
  EVENTS_GRAIN,
  EVENT_TEXTS,
  eventScope,
} from '../core/metric/edit-events.ts';
import type { Rows } from '../core/metric/table.ts';
import { EMPTY_STATE, type TableState } from '../core/time/table-state.ts';
import { HOUR_MS, type Ordinal } from '../core/time/time.ts';
import { runsOf } from '../load/event-source.ts';
import type { Pseudonyms } from '../load/events/pseudonyms.ts';
import { withLease, type Writer } from '../load/lease.ts';
import { RowsBuilder } from '../load/rows-builder.ts';
import { rawLines } from '../raw/duckdb/raw-lines.ts';
import { openRawReader } from '../raw/open-loader.ts';
import { StreamHours } from '../stream-metrics/stream-hours.ts';
import type { Cover, Removal } from '../warehouses/warehouse.ts';
import { addRevision } from './revision-rows.ts';

export interface TakeEditsOptions extends Omit<Writer, 'store'> {
  /** The lake's folder. */
  readonly lake: string;
  readonly pseudonyms: () => Promise<Pseudonyms>;
}

/** What was taken. */
export interface TakenEdits {
  readonly edits: number;
  /** Revisions that aren't edits of their time, or that no table can hold. */
  readonly leftOut: number;
  /** Hours whose edits can't be taken, because who made them was removed before. */
  readonly lostHours: number;
}

/** How rows are made of edits. Another way makes all of them again that are still there. */
const WAY = 'edits-1';
const BATCH = 10_000;
/** The entities that edits tell of. They tell of no accounts. */
const TOLD = ['revision', 'page'] as const;
const PROJECT = EVENT_TEXTS.indexOf('project');

/**
 * Takes the edits that wikis reported from the raw table into the table of collected edits: those of hours that were
 * closed, or got late events, since the last time. All become visible at once. An edit that comes twice is one row, because its
 * project, its revision and its hour name it; so a run that was killed is repeated.
 * @returns undefined if nothing is new
 * @throws LeaseHeldError, EngineError
 */
export async function takeEdits(options: TakeEditsOptions): Promise<TakenEdits | undefined> {
  const { lake, warehouse, signal } = options;
  const reader = openRawReader(lake, EDIT_STREAM);
  if (!(await reader.manifest())) return undefined;
  return withLease({ ...options, store: undefined }, async () => {
    const manifest = await reader.manifest();
    if (!manifest) return undefined;
    const hours = new StreamHours(manifest, await reader.hours(manifest), true);
    const state = (await warehouse.states(signal)).tables.get(COLLECTED_EDITS.name) ?? EMPTY_STATE;
    const { madeFrom } = state;
    const since =
      madeFrom?.digest === WAY
        ? { ...madeFrom, closedMs: madeFrom.closedMs ?? 0 }
        : { version: 0, closedMs: 0 };
    const changed = hours.changedSince(EVENTS_GRAIN, since);
    if (hours.first === undefined || changed.length === 0) return undefined;
    const wanted = changed.filter((hour) => hours.isWhole(EVENTS_GRAIN, hour));
    const lost = new Set(changed);
    for (const hour of wanted) lost.delete(hour);
    const taken = { edits: 0, leftOut: 0, lostHours: lost.size };
    const firsts = new Map<string, Ordinal>();
    const pseudonyms = await options.pseudonyms();
    await warehouse.write(
      {
        table: COLLECTED_EDITS,
        remove: unclaimed(state, lost),
        rows: rowsOf({ lake, wanted, pseudonyms, taken, firsts, signal }),
        covers: () => {
          const [from, last] = [since.closedMs / HOUR_MS, hours.closedMs / HOUR_MS - 1];
          return coversOf(state, firsts, { from, last, lost });
        },
        madeFrom: {
          version: hours.count,
          digest: WAY,
          closedMs: hours.closedMs,
          days: hours.days(),
        },
      },
      signal,
    );
    return taken;
  });
}

interface Reading {
  readonly lake: string;
  /** The hours to read, in order. */
  readonly wanted: readonly Ordinal[];
  readonly pseudonyms: Pseudonyms;
  readonly taken: { edits: number; leftOut: number };
  /** The first hour of each project. */
  readonly firsts: Map<string, Ordinal>;
  readonly signal: AbortSignal;
}

async function* rowsOf({ lake, wanted, pseudonyms, taken, firsts, signal }: Reading): AsyncGenerator<Rows> {
  const rows = new RowsBuilder(COLLECTED_EDITS);
  const take = (): Rows => {
    rows.ordinals.forEach((hour, i) => {
      const project = rows.dimensions[PROJECT]?.[i] ?? '';
      firsts.set(project, Math.min(hour, firsts.get(project) ?? hour));
    });
    return rows.take();
  };
  for (const hours of runsOf(wanted)) {
    for await (const line of rawLines({ lake, stream: EDIT_STREAM, hours }, signal)) {
      if (addRevision(line, pseudonyms, rows)) taken.edits++;
      else taken.leftOut++;
      if (rows.length >= BATCH) yield take();
    }
  }
  if (rows.length > 0) yield take();
}

interface ClosedHours {
  /** The first hour that was closed since the last time. */
  readonly from: Ordinal;
  readonly last: Ordinal;
  /** Hours whose edits can't be taken. */
  readonly lost: ReadonlySet<Ordinal>;
}

/** Takes back what was claimed of hours whose edits can't be taken. Their rows stay. */
function unclaimed(state: TableState, lost: ReadonlySet<Ordinal>): Removal[] {
  const scopes = [...(state.coverage.get(EVENTS_GRAIN)?.keys() ?? [])];
  // No row has an empty project.
  const where = [{ column: 'project', values: [''] }];
  return runsOf(lost).map((run) => ({ grain: EVENTS_GRAIN, ...run, where, scopes }));
}

/** A project's edits are complete from its first one on, up to what is closed, except for those that can't be taken. */
function coversOf(
  state: TableState,
  firsts: ReadonlyMap<string, Ordinal>,
  { from, last, lost }: ClosedHours,
): Cover[] {
  const known = eventCoverage(state, 'revision');
  const projects = new Set([...known.keys(), ...firsts.keys()]);
  return [...projects].flatMap((project) => {
    const begun = known.get(project)?.[0]?.first ?? Infinity;
    const first = Math.min(
      begun === Infinity ? begun : Math.max(begun, from),
      firsts.get(project) ?? Infinity,
    );
    const hours: Ordinal[] = [];
    for (let hour = first; hour <= last; hour++) if (!lost.has(hour)) hours.push(hour);
    const gone = [...lost].filter((hour) => hour >= Math.min(begun, first));
    const claims = [
      ...runsOf(hours).map((run) => ({ ...run, complete: true })),
      ...runsOf(gone).map((run) => ({ ...run, complete: false })),
    ];
    return claims.flatMap((claim) =>
      TOLD.map((entity) => ({ grain: EVENTS_GRAIN, scope: eventScope(project, entity), ...claim })),
    );
  });
}

import { join } from 'node:path';
import type { Metric } from '../core/metric/metric.ts';
import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import { type Grain, HOUR_MS, type Ordinal, ordinalAt, refine, startOf } from '../core/time/time.ts';
import { coversIn } from '../load/derived-coverage.ts';
import { type EventSource, type GrainChange, runsOf } from '../load/event-source.ts';
import type { SourceFiles } from '../warehouses/derivation.ts';
import type { ViewHour, ViewManifest } from './view-manifest.ts';
import type { ViewReader } from './view-reader.ts';

const DAY_HOURS = 24;

/**
 * Opens the table of page views for metrics. Only closed hours count: a day or month is made when its last hour
 * is closed.
 * @throws EngineError when the table can't be read
 */
export async function viewSource(reader: ViewReader): Promise<EventSource> {
  const manifest = await reader.manifest();
  const closed = Math.floor(manifest.closedMs / HOUR_MS);
  const scopes = new Map(
    [...manifest.projects]
      .filter(([, first]) => first < closed)
      .map(([project, first]) => [project, [{ first, last: closed - 1, complete: true }]] as const),
  );
  return {
    table: VIEW_EVENTS,
    version: manifest.version,
    isOwnTraffic: true,
    changes: (grains, since) => changesSince(reader, manifest, closed, grains, since),
    scopes: (_metric: Metric) => [...scopes.keys()],
    covers: (_metric, changes) => coversIn(scopes, changes),
  };
}

/** @param closed the first hour that isn't closed */
async function changesSince(
  reader: ViewReader,
  { days }: ViewManifest,
  closed: Ordinal,
  grains: readonly Grain[],
  since: number,
): Promise<GrainChange[]> {
  const changed = [...days].filter(([, { version }]) => version > since).map(([day]) => day);
  const partsOf = partReader(reader, days);
  const changes: GrainChange[] = [];
  for (const grain of grains) {
    const periods = new Set(
      changed.sort((a, b) => a - b).flatMap((day) => closedPeriods(day, grain, closed)),
    );
    if (periods.size === 0) continue;
    const spans = runsOf(periods);
    const parts = await Promise.all(spans.map((span) => partsOf(refine({ grain, ...span }, 'hourly'))));
    changes.push({ grain, spans, parts: parts.flat() });
  }
  return changes;
}

/** Returns the closed periods of a grain that touch a day. */
function closedPeriods(day: Ordinal, grain: Grain, closed: Ordinal): Ordinal[] {
  const first = ordinalAt(grain, startOf('daily', day));
  const last = ordinalAt(grain, startOf('daily', day + 1) - 1);
  const periods: Ordinal[] = [];
  for (let period = first; period <= last; period++)
    if (startOf(grain, period + 1) <= closed * HOUR_MS) periods.push(period);
  return periods;
}

/** Reads the files of hours, day by day. The file of a day is read once. */
function partReader(
  reader: ViewReader,
  days: ViewManifest['days'],
): (hours: { readonly first: Ordinal; readonly last: Ordinal }) => Promise<SourceFiles[]> {
  const known = new Map<Ordinal, Promise<ReadonlyMap<Ordinal, ViewHour>>>();
  const hoursOf = async (day: Ordinal): Promise<ReadonlyMap<Ordinal, ViewHour>> => {
    const entry = days.get(day);
    if (!entry) return new Map();
    const hours = known.get(day) ?? reader.hours(entry);
    known.set(day, hours);
    return hours;
  };
  return async ({ first, last }) => {
    const parts: SourceFiles[] = [];
    for (let day = Math.floor(first / DAY_HOURS); day <= Math.floor(last / DAY_HOURS); day++) {
      const live = [...(await hoursOf(day))].filter(([hour]) => first <= hour && hour <= last);
      const files = live.flatMap(([, { path }]) => (path === undefined ? [] : [join(reader.folder, path)]));
      if (files.length === 0) continue;
      const rows = live.reduce((sum, [, hour]) => sum + hour.rows, 0);
      parts.push({ files, rows, month: ordinalAt('monthly', startOf('daily', day)) });
    }
    return parts;
  };
}

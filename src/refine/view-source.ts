import { join, relative } from 'node:path';
import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import { type Grain, HOUR_MS, type Ordinal, ordinalAt, refine, startOf } from '../core/time/time.ts';
import { coversIn } from '../load/derived-coverage.ts';
import {
  type EventSource,
  type GrainChange,
  periodsToMake,
  runsOf,
  type Since,
} from '../load/event-source.ts';
import { dayOfHour } from '../raw/hours.ts';
import type { SourceFiles } from '../warehouses/derivation.ts';
import { pinFiles } from '../warehouses/lake/pins.ts';
import type { ViewHour, ViewManifest } from './view-manifest.ts';
import { openViewReader, type ViewReader, VIEWS } from './view-reader.ts';

/**
 * Opens the table of page views for metrics. Only closed hours count: a day or month is made when its last hour
 * is closed.
 * @param lake the lake's folder
 * @throws EngineError when the table can't be read
 */
export async function viewSource(lake: string): Promise<EventSource> {
  const reader = openViewReader(lake);
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
    closedMs: manifest.closedMs,
    isOwnTraffic: true,
    changes: (grains, since) => changesSince(reader, manifest, grains, since),
    scopes: () => [...scopes.keys()],
    covers: (_metric, changes) => coversIn(scopes, changes),
    hold: (changes) => {
      const files = changes.flatMap(({ parts }) =>
        parts.flatMap((part) => ('files' in part ? part.files : [])),
      );
      const pin = pinFiles(
        lake,
        VIEWS,
        [...new Set(files)].map((path) => relative(reader.folder, path)),
      );
      return () => pin.end();
    },
  };
}

async function changesSince(
  reader: ViewReader,
  { days, projects, closedMs }: ViewManifest,
  grains: readonly Grain[],
  since: Since,
): Promise<GrainChange[]> {
  const changed = [...days].filter(([, { version }]) => version > since.version).map(([day]) => day);
  const begunMs = Math.min(...projects.values()) * HOUR_MS;
  const partsOf = partReader(reader, days);
  const changes: GrainChange[] = [];
  for (const grain of grains) {
    const spans = runsOf(periodsToMake(grain, changed, Math.max(begunMs, since.closedMs), closedMs));
    if (spans.length === 0) continue;
    const parts = await Promise.all(spans.map((span) => partsOf(refine({ grain, ...span }, 'hourly'))));
    changes.push({ grain, spans, parts: parts.flat() });
  }
  return changes;
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
    for (let day = dayOfHour(first); day <= dayOfHour(last); day++) {
      const live = [...(await hoursOf(day))].filter(([hour]) => first <= hour && hour <= last);
      const files = live.flatMap(([, { path }]) => (path === undefined ? [] : [join(reader.folder, path)]));
      if (files.length === 0) continue;
      const rows = live.reduce((sum, [, hour]) => sum + hour.rows, 0);
      parts.push({ files, rows, month: ordinalAt('monthly', startOf('daily', day)) });
    }
    return parts;
  };
}

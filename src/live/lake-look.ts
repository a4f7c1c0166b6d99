import { join } from 'node:path';
import { DAY_MS, HOUR_MS, type Ordinal } from '../core/time/time.ts';
import type { RawReader } from '../raw/raw-reader.ts';
import { dayOfHour } from '../raw/hours.ts';
import { type RawSources, readRawSources } from '../refine/raw-hours.ts';
import type { ViewReader } from '../refine/view-reader.ts';
import { NO_VIEWS, type ViewHour, type ViewManifest } from '../refine/view-manifest.ts';
import type { Source } from '../refine/view-maker.ts';
import type { InLake } from './handover.ts';

/** How many days before today count: an open day or hour is never older. */
const DAYS_BEFORE = 2;

/** What the lake has of the days that count. */
export interface LakeLook extends InLake {
  readonly views: ViewManifest;
  /** The first hour that counts. */
  readonly from: Ordinal;
}

/** The lake of a look before the first one. */
export const NO_LOOK: LakeLook = {
  sources: new Map(),
  hours: new Map(),
  views: NO_VIEWS,
  from: Infinity,
};

export interface LakeReaders {
  readonly raw: Readonly<Record<Source, RawReader>>;
  readonly views: ViewReader;
}

/** Reads what the lake has now. @throws EngineError */
export async function lookAt(readers: LakeReaders, nowMs: number): Promise<LakeLook> {
  // Raw rows first: views that are newer than what is known of raw rows say themselves how far they reach.
  const sources: RawSources = await readRawSources(readers.raw);
  const views = await readers.views.manifest();
  const first = Math.floor(nowMs / DAY_MS) - DAYS_BEFORE;
  const hours = new Map<Ordinal, ViewHour>();
  for (const [day, what] of views.days) {
    if (day < first) continue;
    for (const [hour, made] of await readers.views.hours(what)) hours.set(hour, made);
  }
  return { sources, views, hours, from: (first * DAY_MS) / HOUR_MS };
}

/** The days that count. */
export function daysOf(nowMs: number): Ordinal[] {
  const today = Math.floor(nowMs / DAY_MS);
  return Array.from({ length: DAYS_BEFORE + 2 }, (_, i) => today - DAYS_BEFORE + i);
}

/** The files of views of some hours, as absolute paths. */
export function filesIn({ hours }: InLake, folder: string, first: Ordinal, last: Ordinal): string[] {
  return [...hours].flatMap(([hour, { path }]) =>
    hour < first || hour > last || path === undefined ? [] : [join(folder, path)],
  );
}

/** The files of the newest views of the days that count, as absolute paths: enough of them for so many rows. */
export function newestFiles({ hours }: InLake, folder: string, most: number): string[] {
  const files: string[] = [];
  let held = 0;
  for (const [, { path, rows }] of [...hours].toSorted(([a], [b]) => b - a)) {
    if (held >= most) break;
    if (path !== undefined) files.push(join(folder, path));
    held += rows;
  }
  return files;
}

/** The files of what actors did, by day, as absolute paths. */
export function actorsIn({ hours }: InLake, folder: string): Map<Ordinal, string[]> {
  const found = new Map<Ordinal, string[]>();
  for (const [hour, { actors }] of hours) {
    if (actors === undefined) continue;
    const day = dayOfHour(hour);
    found.set(day, [...(found.get(day) ?? []), join(folder, actors)]);
  }
  return found;
}

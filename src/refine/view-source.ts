import { join, relative } from 'node:path';
import { COUNTRY_CODES } from '../core/metric/country-names.ts';
import { dimensionOf, type Metric } from '../core/metric/metric.ts';
import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import type { Coverage } from '../core/time/coverage.ts';
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

/** The dimension of lists that are made for each country, not for each project. */
const COUNTRY = 'country';

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
  const firstHours = (metric: Metric): Iterable<readonly [scope: string, first: Ordinal]> =>
    metric.scope[0] === COUNTRY ? countriesOf(metric, manifest) : manifest.projects;
  const scopes = (metric: Metric): ReadonlyMap<string, Coverage> =>
    new Map(
      [...firstHours(metric)]
        .filter(([, first]) => first < closed)
        .map(([scope, first]) => [scope, [{ first, last: closed - 1, complete: true }]]),
    );
  return {
    table: VIEW_EVENTS,
    version: manifest.version,
    closedMs: manifest.closedMs,
    isOwnTraffic: true,
    changes: (grains, since) => changesSince(reader, manifest, grains, since),
    scopes: (metric) => [...scopes(metric).keys()],
    covers: (metric, changes) => coversIn(scopes(metric), changes),
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

/**
 * Returns all countries that numbers may be published about, each with the first hour in which countries were known.
 * If only those were listed that somebody viewed from, the list would tell of single visitors.
 */
function countriesOf(metric: Metric, { countriesFrom }: ViewManifest): (readonly [string, Ordinal])[] {
  const withheld = dimensionOf(metric, COUNTRY)?.withheld;
  if (countriesFrom === undefined) return [];
  return COUNTRY_CODES.filter((code) => !withheld?.has(code)).map((code) => [code, countriesFrom]);
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

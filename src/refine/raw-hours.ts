import { VIEW_STREAMS } from '../core/metric/view-events.ts';
import type { Ordinal } from '../core/time/time.ts';
import type { RawHour, RawManifest } from '../raw/manifest.ts';
import type { RawReader } from '../raw/raw-reader.ts';
import type { Source } from './view-maker.ts';

/** What there is of a stream that has views. */
export interface RawSource {
  readonly manifest: RawManifest;
  /** All hours, those of sealed days too. */
  readonly hours: ReadonlyMap<Ordinal, RawHour>;
}

/** The raw tables that views are made of; a table that was never loaded is absent. */
export type RawSources = ReadonlyMap<Source, RawSource>;

/** Reads what there is now. @throws EngineError if a manifest can't be read */
export async function readRawSources(readers: Readonly<Record<Source, RawReader>>): Promise<RawSources> {
  const found = new Map<Source, RawSource>();
  for (const source of VIEW_STREAMS) {
    const manifest = await readers[source].manifest();
    if (manifest) found.set(source, { manifest, hours: await readers[source].hours(manifest) });
  }
  return found;
}

/** Returns the hours that have, or had, rows, in order. */
export function hoursOf(sources: RawSources): Ordinal[] {
  const all = [...sources.values()].flatMap(({ hours }) =>
    [...hours].flatMap(([hour, { counts }]) => (counts.accepted > 0 ? [hour] : [])),
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Names the rows of an hour: a text that differs if there are others. */
export function rowsText(sources: RawSources, hour: Ordinal): string {
  return VIEW_STREAMS.flatMap((source) => {
    const what = sources.get(source)?.hours.get(hour);
    // Rows are only added to a table. A table that was begun anew has another time.
    return what && what.counts.accepted > 0
      ? [`${source} ${what.counts.accepted} since ${what.sinceMs}`]
      : [];
  }).join(', ');
}

/** Returns the positions up to which partitions of the log are loaded, by stream and partition. */
export function loadedUpTo(sources: RawSources): Record<string, Record<string, number>> {
  const all = [...sources].map(([source, { manifest }]) => {
    const next = [...manifest.partitions].map(([partition, progress]) => [partition, progress.next] as const);
    return [source, Object.fromEntries(next)] as const;
  });
  return Object.fromEntries(all);
}

/** Returns the files of an hour, by their paths in the table's folder. */
export function filesOf(sources: RawSources, source: Source, hour: Ordinal): readonly string[] {
  return (sources.get(source)?.hours.get(hour)?.files ?? []).map(({ path }) => path);
}

/** Returns the number of rows in the files of an hour. */
export function rowsIn(sources: RawSources, hour: Ordinal): number {
  return [...sources.values()]
    .flatMap(({ hours }) => hours.get(hour)?.files ?? [])
    .reduce((sum, { rows }) => sum + rows, 0);
}

/** Whether all rows of an hour are still there, with all that they said. */
export function isWhole(sources: RawSources, hour: Ordinal): boolean {
  return [...sources.values()].every(({ hours }) => {
    const what = hours.get(hour);
    if (!what) return true;
    const rows = what.files.reduce((sum, file) => sum + file.rows, 0);
    return rows === what.counts.accepted && !what.files.some(({ depersonalised }) => depersonalised);
  });
}

/** Whether rows of an hour still say something about persons. */
export function isPersonal(sources: RawSources, hour: Ordinal): boolean {
  return [...sources.values()].some(({ hours }) =>
    hours.get(hour)?.files.some(({ depersonalised }) => !depersonalised),
  );
}

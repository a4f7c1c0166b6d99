import { dirname } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import { dayOfHour } from '../raw/hours.ts';
import { GRACE_MS } from '../raw/jobs.ts';
import type { DayKeys } from './day-keys.ts';
import { isPersonal, type RawSources } from './raw-hours.ts';
import type { ViewTable } from './view-table.ts';

interface UpkeepParts {
  readonly table: ViewTable;
  readonly keys: DayKeys;
  readonly pinned: () => Promise<ReadonlySet<string>>;
  readonly now: () => number;
}

/**
 * Removes the keys of days whose raw rows are gone or say nothing about persons any more, and files that nobody reads.
 * @returns the days whose keys were removed
 */
export async function upkeep(parts: UpkeepParts, sources: RawSources): Promise<Ordinal[]> {
  const removed = await removeKeys(parts, sources);
  await sweep(parts);
  return removed;
}

async function removeKeys({ table, keys, now }: UpkeepParts, sources: RawSources): Promise<Ordinal[]> {
  const days = await keys.days();
  if (days.length === 0) return [];
  const hours = [...sources.values()].flatMap((source) => [...source.hours.keys()]);
  const personal = new Set(hours.filter((hour) => isPersonal(sources, hour)).map(dayOfHour));
  const gone = days.filter((day) => !personal.has(day));
  for (const day of gone) {
    // Before the key, so that a run that dies in between comes back to it.
    await table.forgetActors(day, now());
    await keys.remove(day);
  }
  return gone;
}

async function sweep({ table, pinned, now }: UpkeepParts): Promise<void> {
  const isOver = table.manifest.superseded.some(({ since }) => now() - since > GRACE_MS);
  if (!isOver) return;
  const kept = await pinned();
  const over = table.manifest.superseded.filter(({ since }) => now() - since > GRACE_MS);
  const gone = new Set(over.flatMap(({ path }) => (kept.has(path) ? [] : [path])));
  for (const path of gone) await table.folder.remove(path);
  for (const folder of new Set([...gone].map((path) => dirname(path)))) await removeEmpty(table, folder);
  await table.swept(gone, new Set(over.flatMap(({ path }) => (kept.has(path) ? [path] : []))), now());
}

/** Removes a folder and those above it, up to the table's own, as far as they are empty. */
async function removeEmpty({ folder }: ViewTable, path: string): Promise<void> {
  for (let at = path; at !== '.' && at !== '_days'; at = dirname(at)) {
    if ((await folder.list(at)).length > 0) return;
    await folder.removeFolder(at);
  }
}

import { join } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import { hasCode } from '../files/file-error.ts';
import {
  addCounts,
  EXAMPLES,
  manifestFromText,
  type RawHour,
  type RawManifest,
  sealedDayFromText,
} from './manifest.ts';
import { dayOfHour } from './hours.ts';
import { MANIFEST, readText } from './raw-folder.ts';

/*
 * A table that several loaders fill has a part for each partition of the log. A part is a folder in the table's
 * folder (`part=3`) that is laid out like a whole table and has a manifest of its own, so that its loader commits
 * files and position by one rename. The manifest of the table's own folder then has what concerns all parts: the
 * watermark, what is missing, and which hours are imported. It also has the rows from before there were parts.
 */

/** What the folders of parts begin with. */
export const PART_PREFIX = 'part=';
const PART = /^part=(\d+)$/;

/** The folder of a partition's rows, in its table's folder. */
export function partFolder(partition: number): string {
  return `${PART_PREFIX}${partition}`;
}

/** A manifest of a table's own folder or of one of its parts. */
export interface PartManifest {
  /** What its paths begin with in the table's folder: nothing, or `part=3/`. */
  readonly prefix: string;
  readonly manifest: RawManifest;
}

/** Reads the manifests of a table's folder and its parts. It has no order but that the table's own comes first. */
export async function readParts(disk: Disk, folder: string): Promise<PartManifest[]> {
  const found: PartManifest[] = [];
  for (const prefix of ['', ...(await partsIn(disk, folder))]) {
    const path = join(folder, prefix, MANIFEST);
    const text = await readText(disk, path);
    if (text !== undefined) found.push({ prefix, manifest: manifestFromText(path, text) });
  }
  return found;
}

async function partsIn(disk: Disk, folder: string): Promise<string[]> {
  try {
    return (await disk.list(folder)).filter((name) => PART.test(name)).map((name) => `${name}/`);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Whether a table has parts. */
export function isParted(manifests: readonly PartManifest[]): boolean {
  return manifests.some(({ prefix }) => prefix !== '');
}

/**
 * One manifest of all of them, with paths in the table's folder. It has no sealed days, because each part has its own:
 * `hoursOf` reads them.
 */
export function combined(stream: string, manifests: readonly PartManifest[]): RawManifest {
  const [first] = manifests;
  if (manifests.length === 1 && first?.prefix === '') return first.manifest;
  const own = manifests.find(({ prefix }) => prefix === '')?.manifest;
  const parts = manifests.filter(({ prefix }) => prefix !== '').map(({ manifest }) => manifest);
  const all = manifests.map(({ manifest }) => manifest);
  return {
    stream,
    commits: all.reduce((sum, { commits }) => sum + commits, 0),
    // What was read before there were parts is behind them.
    partitions: new Map([own, ...parts].flatMap((one) => [...(one?.partitions ?? [])])),
    watermarkMs: own?.watermarkMs ?? 0,
    hours: combinedHours(manifests.map(({ prefix, manifest }) => ({ prefix, hours: manifest.hours }))),
    days: new Map(),
    superseded: manifests.flatMap(({ prefix, manifest }) =>
      manifest.superseded.map((file) => ({ ...file, path: prefix + file.path })),
    ),
    uncounted: [...new Set(all.flatMap(({ uncounted }) => uncounted))].sort((a, b) => a - b),
    rejected: all.flatMap(({ rejected }) => rejected).slice(-EXAMPLES),
    skipped: all.flatMap(({ skipped }) => skipped).slice(-EXAMPLES),
  };
}

/**
 * Returns all hours of a table, those of sealed days too.
 * @param readDay reads a sealed day, by the path of its file in the table's folder
 */
export async function hoursOf(
  manifests: readonly PartManifest[],
  readDay: (path: string) => Promise<ReadonlyMap<Ordinal, RawHour>>,
): Promise<Map<Ordinal, RawHour>> {
  const each = manifests.map(async ({ prefix, manifest }) => {
    const hours = new Map(manifest.hours);
    for (const { path } of manifest.days.values()) {
      for (const [hour, what] of await readDay(`${prefix}${path}`)) hours.set(hour, what);
    }
    return { prefix, hours };
  });
  return combinedHours(await Promise.all(each));
}

/** Reads the hours of a sealed day. @param path in the table's folder */
export async function readSealedDay(
  disk: Disk,
  folder: string,
  path: string,
): Promise<ReadonlyMap<Ordinal, RawHour>> {
  const file = join(folder, path);
  return sealedDayFromText(file, (await readText(disk, file)) ?? '');
}

/** Looks up hours in manifests that were read. A sealed day is read when one of its hours is asked for. */
export function lookupIn(
  disk: Disk,
  folder: string,
  manifests: readonly PartManifest[],
): (hour: Ordinal) => Promise<RawHour | undefined> {
  const sealed = new Map<string, Promise<Map<Ordinal, RawHour>>>();
  const dayOf = (path: string): Promise<Map<Ordinal, RawHour>> => {
    let hours = sealed.get(path);
    if (!hours) {
      const read = readText(disk, path);
      hours = read.then((text) => sealedDayFromText(path, text ?? ''));
      sealed.set(path, hours);
    }
    return hours;
  };
  return async (hour) => {
    const found: { prefix: string; hours: ReadonlyMap<Ordinal, RawHour> }[] = [];
    for (const { prefix, manifest } of manifests) {
      const day = manifest.days.get(dayOfHour(hour));
      const what =
        manifest.hours.get(hour) ?? (day && (await dayOf(join(folder, prefix, day.path))).get(hour));
      if (what) found.push({ prefix, hours: new Map([[hour, what]]) });
    }
    return combinedHours(found).get(hour);
  };
}

function combinedHours(
  parts: readonly { readonly prefix: string; readonly hours: ReadonlyMap<Ordinal, RawHour> }[],
): Map<Ordinal, RawHour> {
  const all = new Map<Ordinal, RawHour>();
  for (const { prefix, hours } of parts) {
    for (const [hour, what] of hours) {
      const known = all.get(hour);
      const files = what.files.map((file) => ({ ...file, path: prefix + file.path }));
      // Of the whole hour, the table's own manifest says whether it was imported and what it misses.
      const { imported, loss, shown: _shown, ...rest } = what;
      const whole = prefix === '' ? { imported, ...(loss && { loss }) } : { imported: false };
      if (!known) {
        all.set(hour, { ...rest, ...whole, files });
        continue;
      }
      all.set(hour, {
        ...known,
        ...(prefix === '' && whole),
        files: [...known.files, ...files],
        counts: addCounts(known.counts, what.counts),
        sinceMs: Math.min(known.sinceMs, what.sinceMs),
        changedMs: Math.max(known.changedMs, what.changedMs),
      });
    }
  }
  return all;
}

import { dirname } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import type { FolderReader, TablePart } from './folder-reader.ts';
import { GRACE_MS } from './jobs.ts';
import type { RawHour, RawManifest } from './manifest.ts';
import type { RawTable } from './raw-table.ts';

/** How long files stay for a reader of folders that began before it was told of others: its statements take long. */
export const READER_GRACE_MS = 10 * 60_000;

export interface ShowingParts {
  readonly table: RawTable;
  /** What the table's paths begin with in the folder that the reader knows. */
  readonly prefix: string;
  readonly part: TablePart;
  readonly reader: FolderReader;
  readonly now: () => number;
}

/**
 * Tells a reader of folders where closed hours lie. The manifest says so before and after it: whoever dies between
 * leaves files that stay, and the next one tells it again.
 *
 * One case is left: a loader that stands still between asking for its lease and sending a statement, until another one
 * has taken over and compacted the same hour again, moves the reader back to the former file when it goes on.
 */
export async function showHours(
  { table, prefix, part, reader, now }: ShowingParts,
  folders: ReadonlyMap<Ordinal, string>,
): Promise<void> {
  await table.commit((before) =>
    withEach(before, folders.keys(), (hour, known) => ({
      ...known,
      shown: [...new Set([...(known.shown ?? []), folders.get(hour) as string])],
    })),
  );
  await reader.show(part, new Map([...folders].map(([hour, folder]) => [hour, prefix + folder])));
  await table.commit((before) => {
    const left = new Set<string>();
    const after = withEach(before, folders.keys(), (hour, known) => {
      const folder = folders.get(hour) as string;
      for (const old of known.shown ?? []) if (old !== folder) left.add(old);
      return { ...known, shown: [folder] };
    });
    return leaving(after, left, now());
  });
}

/** Tells a reader of folders that hours have no rows any more. */
export async function hideHours(
  { table, part, reader, now }: ShowingParts,
  hours: readonly Ordinal[],
): Promise<void> {
  await reader.hide(part, hours);
  await table.commit((before) => {
    const left = new Set<string>();
    const after = withEach(before, hours, (_, { shown = [], ...known }) => {
      for (const old of shown) left.add(old);
      return known;
    });
    return leaving(after, left, now());
  });
}

function withEach(
  before: RawManifest,
  which: Iterable<Ordinal>,
  change: (hour: Ordinal, known: RawHour) => RawHour,
): RawManifest {
  const hours = new Map(before.hours);
  for (const hour of which) {
    const known = hours.get(hour);
    if (known) hours.set(hour, change(hour, known));
  }
  return { ...before, hours };
}

/** Files of folders that a reader has just left stay for what it has begun to read. */
function leaving(before: RawManifest, folders: ReadonlySet<string>, nowMs: number): RawManifest {
  if (folders.size === 0) return before;
  const since = nowMs + READER_GRACE_MS - GRACE_MS;
  const superseded = before.superseded.map((file) =>
    folders.has(dirname(file.path)) ? { ...file, since } : file,
  );
  return { ...before, superseded };
}

/** The files that are no longer live and that a reader of folders may still take for an hour's. */
export function keptForReader({ hours, superseded }: RawManifest): Set<string> {
  const folders = new Set([...hours.values()].flatMap(({ shown }) => shown ?? []));
  return new Set(superseded.filter(({ path }) => folders.has(dirname(path))).map(({ path }) => path));
}

import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../files/file-error.ts';
import { allFilesOf, type Manifest } from './manifest.ts';
import { filesOfHistory } from './next-history.ts';
import { pinnedFiles } from './pins.ts';
import { TOTALS } from './totals.ts';
import { MACHINE } from '../../files/machine.ts';
import { isAlive } from '../../files/process-alive.ts';
import { namesIn } from '../../files/names-in.ts';

/** How long a superseded file stays for readers that opened an older manifest, in ms. */
export const GRACE_MS = 60_000;

const PARTITION_FOLDER = /(^|\/)((grain|year|month|version)=[^/]*|_totals)$/;

/** Returns the superseded files of a manifest that are still in their grace period. */
export function inGrace(manifest: Manifest, now: number): Manifest['superseded'] {
  return manifest.superseded.filter(({ since }) => now - since < GRACE_MS);
}

/** Yields the files of rows and of the history that a manifest names, without superseded ones. */
export function* liveFilesOf({ partitions, state }: Manifest): Generator<string> {
  for (const own of partitions.values()) yield* allFilesOf(own);
  yield* filesOfHistory(state.history);
}

/** Whether a file of a table's folder has rows, or totals of them. */
export function isFileOfRows(path: string): boolean {
  return path.endsWith('.parquet') || path.endsWith(TOTALS);
}

/**
 * Deletes the table's files that its manifest doesn't name, or has named as superseded for longer than the
 * grace, also those of a write that was killed. Then it deletes the folders left empty. Pinned files stay.
 * Only the lease's holder may call this.
 * @param root the lake's folder
 */
export async function sweepTable(
  root: string,
  table: string,
  manifest: Manifest | undefined,
  now: number,
): Promise<void> {
  const folder = join(root, table);
  const kept = new Set(await pinnedFiles(root, table, now));
  if (manifest) {
    for (const path of liveFilesOf(manifest)) kept.add(path);
    for (const { path } of inGrace(manifest, now)) kept.add(path);
  }
  const paths = await namesIn(folder, true);
  for (const path of paths) {
    if (isFileOfRows(path) && !kept.has(path)) await rm(join(folder, path), { force: true });
  }
  const needed = new Set([...kept].flatMap(foldersOf));
  const emptied = paths.filter((path) => PARTITION_FOLDER.test(path) && !needed.has(path));
  // The longest path first, because a folder is empty only once its subfolders are gone.
  for (const path of emptied.sort((a, b) => b.length - a.length)) await removeEmpty(join(folder, path));
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    // Files that another program put there stay.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

/** Deletes temporary files that killed processes left. Only the lease's holder may call this. */
export async function sweepTemporaries(folder: string): Promise<void> {
  const ownHost = `spill-${MACHINE}-`;
  for (const name of await namesIn(folder)) {
    const pid = name.startsWith(ownHost) ? Number.parseInt(name.slice(ownHost.length), 10) : undefined;
    const stale = name.startsWith('write-') || (pid !== undefined && !isAlive(pid));
    if (stale) await rm(join(folder, name), { recursive: true, force: true });
  }
}

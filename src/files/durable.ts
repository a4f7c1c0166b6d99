import * as node from 'node:fs/promises';
import { dirname } from 'node:path';

/** What of the file system these functions use. */
export interface Disk {
  rename(from: string, to: string): Promise<void>;
  /** @returns the first folder that had to be made, undefined where all were there */
  mkdir(folder: string, options: { recursive: true }): Promise<string | undefined>;
  open(path: string, flags: 'r'): Promise<{ sync(): Promise<void>; close(): Promise<void> }>;
}

/**
 * Gives a file its final name so that the name outlives a loss of power: a rename is durable only
 * when the folder is synced too. The file's own content has to be synced before.
 */
export async function renameDurably(from: string, to: string, disk: Disk = node): Promise<void> {
  await disk.rename(from, to);
  await syncFolder(dirname(to), disk);
}

/** Makes a folder, with those above it that are missing, so that their names outlive a loss of power. */
export async function makeFolderDurably(folder: string, disk: Disk = node): Promise<void> {
  const first = await disk.mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made))
    await syncFolder(dirname(made), disk);
}

/** Makes the names of what was created, renamed or removed in a folder outlive a loss of power. */
export async function syncFolder(folder: string, disk: Disk = node): Promise<void> {
  const handle = await disk.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

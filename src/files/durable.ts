import * as node from 'node:fs/promises';
import { dirname } from 'node:path';

/** The file operations that these functions need. */
export interface Disk {
  rename(from: string, to: string): Promise<void>;
  /** @returns the first folder that was made; undefined if all existed */
  mkdir(folder: string, options: { recursive: true }): Promise<string | undefined>;
  open(path: string, flags: 'r'): Promise<{ sync(): Promise<void>; close(): Promise<void> }>;
}

/**
 * Renames a file so that the new name survives a loss of power: a rename is durable only when the folder
 * is synced, too. The caller has to sync the file's content before.
 */
export async function renameDurably(from: string, to: string, disk: Disk = node): Promise<void> {
  await disk.rename(from, to);
  await syncFolder(dirname(to), disk);
}

/** Syncs a file's content, and gives the file its name, which survives a loss of power, too. */
export async function moveDurably(from: string, to: string): Promise<void> {
  const file = await node.open(from, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  await renameDurably(from, to);
}

/** Replaces a file by a text: after a loss of power, too, there is the old one or the new one. */
export async function replaceDurably(path: string, text: string): Promise<void> {
  const unfinished = `${path}.new`;
  await node.writeFile(unfinished, text);
  await moveDurably(unfinished, path);
}

/** Makes a folder and its missing ancestors so that they survive a loss of power. */
export async function makeFolderDurably(folder: string, disk: Disk = node): Promise<void> {
  const first = await disk.mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made))
    await syncFolder(dirname(made), disk);
}

/** Syncs a folder, so that files created, renamed or removed in it stay so after a loss of power. */
export async function syncFolder(folder: string, disk: Disk = node): Promise<void> {
  const handle = await disk.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

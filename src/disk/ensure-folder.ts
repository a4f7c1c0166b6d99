import { dirname } from 'node:path';
import { syncFolder } from '../files/durable.ts';
import { hasCode } from '../files/file-error.ts';
import type { Disk } from './disk.ts';

/**
 * Makes a folder, with those above it that are missing, so that it outlives a loss of power. All
 * folders above are synced, also when the folder is there: whoever made it may have been killed before
 * the sync, and what is written into it would be lost with its name.
 */
export async function ensureFolder(folder: string, disk: Disk): Promise<void> {
  await disk.mkdir(folder, { recursive: true });
  for (let below = folder, above = dirname(below); above !== below; below = above, above = dirname(below)) {
    try {
      await syncFolder(above, disk);
    } catch (error) {
      // Who may not look into a folder has made nothing in it; and some systems can't sync folders.
      if (!hasCode(error, 'EACCES', 'EPERM', 'EINVAL')) throw error;
    }
  }
}

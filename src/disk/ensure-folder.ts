import { dirname } from 'node:path';
import { syncFolder } from '../files/durable.ts';
import { hasCode } from '../files/file-error.ts';
import type { Disk } from './disk.ts';

/**
 * Makes a folder, and the missing ones above it, so that it survives a loss of power. All folders above are
 * synced even if the folder exists. The process that made it may have been killed before the sync, and then
 * its content would be lost with its name.
 */
export async function ensureFolder(folder: string, disk: Disk): Promise<void> {
  await disk.mkdir(folder, { recursive: true });
  for (let below = folder, above = dirname(below); above !== below; below = above, above = dirname(below)) {
    try {
      await syncFolder(above, disk);
    } catch (error) {
      // A process that may not open a folder has made nothing in it. Some systems can't sync folders.
      if (!hasCode(error, 'EACCES', 'EPERM', 'EINVAL')) throw error;
    }
  }
}

import type { Disk, DiskFile } from '../../src/disk/disk.ts';

/** A disk on which something happens before the operation of a number. */
export function interrupted(
  disk: Disk,
  at: number,
  happen: () => Promise<void>,
): { disk: Disk; count: () => number } {
  let count = 0;
  const before = async (): Promise<void> => {
    if (++count === at) await happen();
  };
  const fileOf = (file: DiskFile): DiskFile => ({
    read: (into, from) => file.read(into, from),
    size: () => file.size(),
    close: () => file.close(),
    truncate: (length) => before().then(() => file.truncate(length)),
    write: (bytes, from) => before().then(() => file.write(bytes, from)),
    sync: () => before().then(() => file.sync()),
  });
  return {
    count: () => count,
    disk: {
      list: (folder) => disk.list(folder),
      size: (path) => disk.size(path),
      open: (path, flags) => before().then(async () => fileOf(await disk.open(path, flags))),
      rename: (from, to) => before().then(() => disk.rename(from, to)),
      mkdir: (folder, options) => before().then(() => disk.mkdir(folder, options)),
      remove: (path) => before().then(() => disk.remove(path)),
      removeFolder: (folder) => before().then(() => disk.removeFolder(folder)),
    },
  };
}

import * as node from 'node:fs/promises';
import type { Disk, DiskFile, OpenFlags } from './disk.ts';

/** The disk of this machine. */
export const nodeDisk: Disk = {
  async open(path, flags, mode) {
    return new NodeFile(await node.open(path, flags, mode), flags);
  },
  rename: (from, to) => node.rename(from, to),
  mkdir: (folder, options) => node.mkdir(folder, options),
  list: (folder) => node.readdir(folder),
  size: async (path) => (await node.stat(path)).size,
  remove: (path) => node.unlink(path),
  removeFolder: (folder) => node.rmdir(folder),
};

class NodeFile implements DiskFile {
  readonly #handle: node.FileHandle;
  readonly #flags: OpenFlags;

  constructor(handle: node.FileHandle, flags: OpenFlags) {
    this.#handle = handle;
    this.#flags = flags;
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await this.#handle.read(into, done, into.length - done, at + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /**
   * fdatasync covers bytes and length, without a file's times. For a folder, ext4 may leave out new names in
   * fdatasync, so folders are synced by fsync.
   */
  sync(): Promise<void> {
    return this.#flags === 'r' ? this.#handle.sync() : this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

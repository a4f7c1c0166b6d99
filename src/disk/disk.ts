import type { Disk as RenamingDisk } from '../files/durable.ts';

/**
 * How a file is opened: `r` reads it (also a folder, which can only be synced), `r+` changes an existing one,
 * `w` makes it anew, `wx` makes it and fails with EEXIST if it exists.
 */
export type OpenFlags = 'r' | 'r+' | 'w' | 'wx';

/**
 * All file operations of the event log and the loader, so that a test can run them on a disk that crashes at
 * any operation. Errors carry the system's codes: ENOENT, EEXIST, ENOSPC.
 *
 * After a loss of power, everything that was synced successfully is there. An arbitrary part of anything
 * written later may be there, too. A file's `sync` makes its bytes and its length durable, not its name. The
 * names in a folder become durable when the folder is synced. The functions of `files/durable.ts` take such a
 * disk.
 */
export interface Disk extends RenamingDisk {
  /** @param mode the rights of a file that is made, as in `chmod` */
  open(path: string, flags: OpenFlags, mode?: number): Promise<DiskFile>;
  /** Lists the names in a folder, in no particular order. */
  list(folder: string): Promise<string[]>;
  /** Returns the size of a file in bytes. */
  size(path: string): Promise<number>;
  remove(path: string): Promise<void>;
  /** Removes a folder that is empty; else the error's code is ENOTEMPTY. */
  removeFolder(folder: string): Promise<void>;
}

/** An open file. Offsets and lengths are in bytes. */
export interface DiskFile {
  /** Fills `into` from an offset on, as far as the file goes. @returns the number of bytes read */
  read(into: Uint8Array, at: number): Promise<number>;
  /** Writes all the bytes. After an error any part of them may be there. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  /**
   * Makes everything durable that was written. After an error nothing written since the last success can be
   * trusted, not even after another sync.
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Reads a part of a file. @returns fewer bytes than asked for if the file ends earlier */
export async function readPart(file: DiskFile, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, await file.read(bytes, at));
}

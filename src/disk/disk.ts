import type { Disk as RenamingDisk } from '../files/durable.ts';

/**
 * How a file is opened: `r` to read it (a folder, too, which can only be synced), `r+` to change one
 * that is there, `w` to make it anew, `wx` to make it where there is none (else the error's code is
 * EEXIST).
 */
export type OpenFlags = 'r' | 'r+' | 'w' | 'wx';

/**
 * All that the event log and the loader do with files, so that a test can run them on a disk that
 * crashes at any operation. Errors carry the system's codes: ENOENT, EEXIST, ENOSPC.
 *
 * What a loss of power leaves: what `sync` was answered for, and of anything later an arbitrary part.
 * A file's `sync` makes its bytes and its length durable, not its name; the names in a folder are
 * durable once the folder is synced. The functions of `files/durable.ts` take such a disk.
 */
export interface Disk extends RenamingDisk {
  open(path: string, flags: OpenFlags): Promise<DiskFile>;
  /** The names of what is in a folder, in no order. */
  list(folder: string): Promise<string[]>;
  /** Of a file, in bytes. */
  size(path: string): Promise<number>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Removes a folder that is empty; else the error's code is ENOTEMPTY. */
  removeFolder(folder: string): Promise<void>;
}

/** A file that is open. Offsets and lengths are in bytes. */
export interface DiskFile {
  /** Fills `into` from an offset on, as far as the file goes. @returns how many bytes it got */
  read(into: Uint8Array, at: number): Promise<number>;
  /** Writes all the bytes; after an error any part of them may be there. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  /** After an error nothing that was written since the last success may be trusted, not even after another sync. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Reads a part of a file. @returns fewer bytes than asked for where the file ends before */
export async function readPart(file: DiskFile, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, await file.read(bytes, at));
}

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { readPart, type Disk, type DiskFile } from '../../disk/disk.ts';
import { hasCode } from '../../files/file-error.ts';

const BYTES = 12;

/**
 * The position up to which a partition is durable, written for readers in other processes. Without it they
 * could read records that are not synced yet, commit their positions, and find other records there after a
 * loss of power. The mark itself is never synced. It is written after the sync that it reports, so that an
 * old or lost mark is too low, never too high.
 */
export class DurableMark {
  readonly #disk: Disk;
  readonly #path: string;
  #file: DiskFile | undefined;
  #seen = 0;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#path = join(folder, '_durable');
  }

  async write(position: number): Promise<void> {
    const bytes = Buffer.alloc(BYTES);
    bytes.writeDoubleLE(position, 0);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 8)), 8);
    this.#file ??= await this.#open('r+').catch(() => this.#open('wx'));
    await this.#file.write(bytes, 0);
  }

  /** Returns the highest position seen so far; 0 before there is a mark. */
  async read(): Promise<number> {
    try {
      this.#file ??= await this.#open('r');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return this.#seen;
      throw error;
    }
    const bytes = await readPart(this.#file, 0, BYTES);
    // A mark that is being overwritten right now fails its checksum and is read the next time.
    if (bytes.length === BYTES && crc32(bytes.subarray(0, 8)) === bytes.readUInt32LE(8)) {
      this.#seen = Math.max(this.#seen, bytes.readDoubleLE(0));
    }
    return this.#seen;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #open(flags: 'r' | 'r+' | 'wx'): Promise<DiskFile> {
    return this.#disk.open(this.#path, flags);
  }
}

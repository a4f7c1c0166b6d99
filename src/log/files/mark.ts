import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { readPart, type Disk, type DiskFile } from '../../disk/disk.ts';
import { hasCode } from '../../files/file-error.ts';

const BYTES = 12;

/**
 * Up to which position a partition is durable, for readers in other processes: they could read what
 * the writer has not synced yet, commit its positions, and find after a loss of power that others
 * have taken them. The mark itself is never synced: it is written after the sync that it tells of, so
 * an old or lost one names too few positions, never too many.
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

  /** The highest position that was seen; 0 before there is a mark. */
  async read(): Promise<number> {
    try {
      this.#file ??= await this.#open('r');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return this.#seen;
      throw error;
    }
    const bytes = await readPart(this.#file, 0, BYTES);
    // A mark that is being written at this moment is seen the next time.
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

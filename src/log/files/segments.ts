import { join } from 'node:path';
import { readPart, type Disk, type DiskFile } from '../../disk/disk.ts';
import { hasCode } from '../../files/file-error.ts';
import { decodeHeader, HEADER_BYTES, headerFromFrame, type SegmentHeader } from './format.ts';

const NAME = /^(\d{12})\.log$/;
/** The maximum length of a first frame that can replace a lost header. */
const MAX_FIRST_FRAME = 1 << 20;

export interface Segment extends SegmentHeader {
  readonly serial: number;
  readonly path: string;
  /** The position at which the next segment begins; this one's own records lie before it. Infinity for the last one. */
  readonly until: number;
}

export function segmentPath(folder: string, serial: number): string {
  return join(folder, `${String(serial).padStart(12, '0')}.log`);
}

/** Lists the serial numbers of the segments in a folder, ascending, whether readable or not. */
export async function serialsIn(disk: Disk, folder: string): Promise<number[]> {
  const names = await disk.list(folder);
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Lists the segments of a folder. A header is read once, because it never changes. A segment whose header and
 * first frame are both unreadable is left out; readers notice by its missing positions.
 */
export class SegmentList {
  readonly #disk: Disk;
  readonly #folder: string;
  #known = new Map<number, SegmentHeader>();

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  /** Lists all segments, the oldest first. @throws EventLogError when one has a newer format */
  async read(): Promise<Segment[]> {
    const known = new Map<number, SegmentHeader>();
    for (const serial of await serialsIn(this.#disk, this.#folder)) {
      const header = this.#known.get(serial) ?? (await this.#headerOf(serial));
      if (header) known.set(serial, header);
    }
    this.#known = known;
    const segments: Segment[] = [];
    let until = Infinity;
    for (const [serial, header] of [...known].toReversed()) {
      segments.unshift({ ...header, serial, path: segmentPath(this.#folder, serial), until });
      until = Math.min(until, header.first);
    }
    return segments;
  }

  async #headerOf(serial: number): Promise<SegmentHeader | undefined> {
    try {
      const file = await this.#disk.open(segmentPath(this.#folder, serial), 'r');
      try {
        return await readHeader(file);
      } finally {
        await file.close();
      }
    } catch (error) {
      // The segment was trimmed meanwhile.
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}

async function readHeader(file: DiskFile): Promise<SegmentHeader | undefined> {
  const header = decodeHeader(await readPart(file, 0, HEADER_BYTES));
  if (header) return header;
  return headerFromFrame(await readPart(file, 0, Math.min(await file.size(), MAX_FIRST_FRAME)));
}

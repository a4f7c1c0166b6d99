import type { Disk, DiskFile } from '../../disk/disk.ts';
import { syncFolder } from '../../files/durable.ts';
import { encodeGroup, encodeHeader, HEADER_BYTES, type Group, type SegmentHeader } from './format.ts';
import { segmentPath } from './segments.ts';

/** The segment that a writer appends to. */
export class SegmentWriter {
  readonly serial: number;
  readonly path: string;
  readonly createdMs: number;
  readonly #file: DiskFile;
  readonly #tag: Buffer;
  #bytes = HEADER_BYTES;
  #isDurable = false;

  private constructor(file: DiskFile, path: string, serial: number, tag: Buffer, createdMs: number) {
    this.#file = file;
    this.path = path;
    this.serial = serial;
    this.#tag = tag;
    this.createdMs = createdMs;
  }

  /**
   * Creates a segment. Its name is durable afterwards; its header becomes durable with the first sync of its content.
   * @throws the system's error EEXIST if another writer has taken the serial number
   */
  static async create(
    disk: Disk,
    folder: string,
    serial: number,
    header: SegmentHeader,
    nowMs: number,
  ): Promise<SegmentWriter> {
    const path = segmentPath(folder, serial);
    const file = await disk.open(path, 'wx');
    try {
      await file.write(encodeHeader(header), 0);
      await syncFolder(folder, disk);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new SegmentWriter(file, path, serial, header.tag, nowMs);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the segment holds no group. */
  get isEmpty(): boolean {
    return this.#bytes === HEADER_BYTES;
  }

  /** Whether a sync has succeeded. If so, the segment may be the one that says where the partition ends. */
  get isDurable(): boolean {
    return this.#isDurable;
  }

  /** Appends a group and makes it durable. After an error the segment must not be used any more. */
  async append(group: Group): Promise<void> {
    const bytes = encodeGroup(group, this.#tag);
    await this.#file.write(bytes, this.#bytes);
    await this.sync();
    this.#bytes += bytes.length;
  }

  /** Makes the content durable, even if it is only the header. */
  async sync(): Promise<void> {
    await this.#file.sync();
    this.#isDurable = true;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

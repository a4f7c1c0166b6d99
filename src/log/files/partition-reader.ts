import type { Disk } from '../../disk/disk.ts';
import { hasCode } from '../../files/file-error.ts';
import type { Ends, LogRecord, Partition, ReadBatch } from '../event-log.ts';
import { LogDamageError, PositionGoneError } from '../log-errors.ts';
import { HEADER_BYTES, valuesOf } from './format.ts';
import { scanFrames } from './scan.ts';
import { SegmentList, type Segment } from './segments.ts';

const CHUNK_BYTES = 1 << 20;
/** The number of reading positions whose offset in a file is remembered. */
const PLACES = 16;

/** Reads the durable records of a partition while its writer continues. */
export class PartitionReader {
  readonly #disk: Disk;
  readonly #partition: Partition;
  readonly #list: SegmentList;
  readonly #durable: () => Promise<number>;
  #segments: readonly Segment[] = [];
  /** The durable position for which `#segments` was listed. */
  #knownNext = -1;
  readonly #places = new Map<number, { readonly serial: number; readonly offset: number }>();

  /** @param durable returns the position up to which the partition is durable now */
  constructor(disk: Disk, folder: string, partition: Partition, durable: () => Promise<number>) {
    this.#disk = disk;
    this.#partition = partition;
    this.#durable = durable;
    this.#list = new SegmentList(disk, folder);
  }

  async ends(): Promise<Ends> {
    // Forces a new look, because segments may have been trimmed since the last one.
    this.#knownNext = -1;
    return this.#look();
  }

  async read(from: number, maxBytes: number): Promise<ReadBatch> {
    const ends = await this.#look();
    if (from < ends.first || from > ends.next) throw new PositionGoneError(this.#partition, from, ends);
    if (from === ends.next) return { records: [], next: from };
    const segment = this.#segments.findLast(({ first, until }) => first <= from && from < until);
    if (!segment) throw new LogDamageError(this.#partition, from, ends.next);
    try {
      return await this.#readSegment(segment, from, maxBytes, Math.min(segment.until, ends.next));
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      // The segment was trimmed between the look and the read.
      throw new PositionGoneError(this.#partition, from, await this.ends());
    }
  }

  /**
   * Lists the segments again when the partition has grown. The durable position is asked for first, so that
   * the segments listed afterwards hold it and none is read beyond the start of a later one.
   */
  async #look(): Promise<Ends> {
    const durable = await this.#durable();
    if (durable !== this.#knownNext) {
      this.#segments = await this.#list.read();
      this.#knownNext = durable;
    }
    // Everything before the last segment was durable before that segment was made, even if the mark is lost.
    const next = Math.max(durable, this.#segments.at(-1)?.first ?? 0);
    return { first: this.#segments[0]?.first ?? next, next };
  }

  async #readSegment(segment: Segment, from: number, maxBytes: number, end: number): Promise<ReadBatch> {
    const file = await this.#disk.open(segment.path, 'r');
    try {
      const place = this.#places.get(from);
      const isKnown = place?.serial === segment.serial;
      let expected = isKnown ? from : segment.first;
      const offset = isKnown ? place.offset : HEADER_BYTES;
      const records: LogRecord[] = [];
      let bytes = 0;
      const chunk = Math.min(CHUNK_BYTES, maxBytes);
      for await (const step of scanFrames(file, segment.tag, offset, chunk)) {
        // Unreadable bytes show as missing positions.
        if ('unreadableAt' in step) continue;
        for (const frame of step.frames) {
          if (frame.first >= end) break;
          if (frame.first < expected) continue;
          if (frame.first > expected && frame.first > from) {
            return this.#beforeDamage(records, expected, frame.first);
          }
          expected = frame.first + frame.count;
          if (expected <= from) continue;
          let position = frame.first;
          for (const value of valuesOf(frame)) {
            if (position >= from) records.push({ position, timeMs: frame.timeMs, value });
            position++;
          }
          bytes += frame.end - frame.start;
          if (bytes >= maxBytes || expected >= end) {
            this.#remember(expected, segment.serial, step.base + frame.end);
            return { records, next: expected };
          }
        }
      }
      return this.#beforeDamage(records, expected, end);
    } finally {
      await file.close();
    }
  }

  /** Returns the records before the damage. If there are none, the damage itself is reported. */
  #beforeDamage(records: readonly LogRecord[], from: number, to: number): ReadBatch {
    if (records.length === 0) throw new LogDamageError(this.#partition, from, to);
    return { records, next: from };
  }

  #remember(position: number, serial: number, offset: number): void {
    this.#places.delete(position);
    this.#places.set(position, { serial, offset });
    const oldest = this.#places.keys().next();
    if (this.#places.size > PLACES && !oldest.done) this.#places.delete(oldest.value);
  }
}

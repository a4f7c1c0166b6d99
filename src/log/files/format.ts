import { crc32 } from 'node:zlib';
import { EventLogError } from '../log-errors.ts';

/**
 * The format of the embedded event log, version 1. Numbers are unsigned and little-endian.
 *
 *     LOG/_writer             the writer's lock (files/file-lease.ts)
 *     LOG/STREAM/000000000001.log, 000000000002.log, …    segments, by serial number
 *     LOG/STREAM/_durable     the durable position (mark.ts)
 *
 * A segment is a header and then frames. Both are written once and never changed.
 *
 *     header, 40 bytes         frame, 44 bytes and its body
 *      0  "KRAKNLOG"            0  tag, 8 bytes: the header's
 *      8  checksum of 12–39     8  checksum of all that follows
 *     12  version, 4 bytes     12  length of the body, 4 bytes
 *     16  first position       16  number of records, 4 bytes
 *     24  time before          20  position of the first record
 *     32  tag, 8 bytes         28  first position of its group
 *                              36  time of the append
 *                              44  body: for each record its length, 4 bytes, and its bytes
 *
 * Positions and times (ms since 1970) have 8 bytes. `time before` is the time of the newest record before
 * the segment. Checksums are CRC-32 as in gzip: node:zlib computes them natively, four times as fast as
 * JavaScript can compute CRC-32C.
 *
 * - A **frame** is one append: it is there whole or not at all.
 * - A **group** is what one sync made durable. The next group is written only after that sync. So an
 *   unreadable frame was durable if a group begins after it; else it is a torn tail.
 * - The **tag** is random, one for each segment. It finds the frames behind damage. Nobody who doesn't
 *   know the tag can make an event whose bytes pass for a frame.
 * - A segment **ends where a later one begins**, even if its file holds more. A writer that failed to
 *   sync, or lost its lock, leaves such a rest.
 */
const FORMAT = 1;
const MAGIC = Buffer.from('KRAKNLOG', 'latin1');
const TAG_BYTES = 8;
export const HEADER_BYTES = 40;
const FRAME_BYTES = 44;
const LENGTH_BYTES = 4;

export interface SegmentHeader {
  /** The position of its first record. */
  readonly first: number;
  /** The time of the newest record before the segment, in ms since 1970; 0 if there is none. */
  readonly beforeMs: number;
  readonly tag: Buffer;
}

export interface Frame {
  readonly first: number;
  readonly count: number;
  readonly group: number;
  readonly timeMs: number;
  /** The buffer that holds the frame, and the offsets in it where the frame starts and ends. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export function encodeHeader({ first, beforeMs, tag }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(FORMAT, 12);
  writeLong(bytes, first, 16);
  writeLong(bytes, beforeMs, 24);
  bytes.set(tag, 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8);
  return bytes;
}

/**
 * Reads the header of a segment from its first bytes.
 * @returns undefined if the header is missing or damaged
 * @throws EventLogError when a newer version wrote it
 */
export function decodeHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined;
  if (crc32(bytes.subarray(12, HEADER_BYTES)) !== bytes.readUInt32LE(8)) return undefined;
  const version = bytes.readUInt32LE(12);
  if (version !== FORMAT) {
    throw new EventLogError(
      `the event log has format ${version}, but this version of Kraken reads only format ${FORMAT}: a newer Kraken wrote it`,
    );
  }
  return {
    first: readLong(bytes, 16),
    beforeMs: readLong(bytes, 24),
    tag: Buffer.from(tagAt(bytes, 32)),
  };
}

/** Returns how many bytes the frame of some values takes. */
export function frameLength(values: readonly Uint8Array[]): number {
  return values.reduce((sum, value) => sum + LENGTH_BYTES + value.length, FRAME_BYTES);
}

export interface Group {
  /** The position of the group's first record. */
  readonly first: number;
  readonly timeMs: number;
  /** The values of each frame. */
  readonly appends: readonly (readonly Uint8Array[])[];
}

/** Encodes the frames of a group, one after the other. */
export function encodeGroup({ first, timeMs, appends }: Group, tag: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(appends.reduce((sum, values) => sum + frameLength(values), 0));
  let position = first;
  let start = 0;
  for (const values of appends) {
    bytes.set(tag, start);
    bytes.writeUInt32LE(values.length, start + 16);
    writeLong(bytes, position, start + 20);
    writeLong(bytes, first, start + 28);
    writeLong(bytes, timeMs, start + 36);
    let at = start + FRAME_BYTES;
    for (const value of values) {
      at = bytes.writeUInt32LE(value.length, at);
      bytes.set(value, at);
      at += value.length;
    }
    bytes.writeUInt32LE(at - start - FRAME_BYTES, start + 12);
    bytes.writeUInt32LE(crc32(bytes.subarray(start + 12, at)), start + 8);
    position += values.length;
    start = at;
  }
  return bytes;
}

/**
 * Reads the frame at an offset.
 * @returns the number of bytes needed to tell where `bytes` ends too early; undefined if there is no frame
 */
export function frameAt(bytes: Buffer, start: number, tag: Buffer): Frame | number | undefined {
  if (bytes.length - start < FRAME_BYTES) return FRAME_BYTES;
  // The tag is compared as two numbers: a view of its bytes would cost more, and there are many frames.
  if (bytes.readUInt32LE(start) !== tag.readUInt32LE(0)) return undefined;
  if (bytes.readUInt32LE(start + 4) !== tag.readUInt32LE(4)) return undefined;
  const length = FRAME_BYTES + bytes.readUInt32LE(start + 12);
  const end = start + length;
  if (bytes.length < end) return length;
  if (crc32(bytes.subarray(start + 12, end)) !== bytes.readUInt32LE(start + 8)) return undefined;
  return {
    count: bytes.readUInt32LE(start + 16),
    first: readLong(bytes, start + 20),
    group: readLong(bytes, start + 28),
    timeMs: readLong(bytes, start + 36),
    bytes,
    start,
    end,
  };
}

/** Returns the values of a frame's records, in order. */
export function valuesOf({ bytes, start, end, count }: Frame): Buffer[] {
  const values = new Array<Buffer>(count);
  let at = start + FRAME_BYTES;
  for (let index = 0; index < count && at < end; index++) {
    const from = at + LENGTH_BYTES;
    at = from + bytes.readUInt32LE(at);
    values[index] = bytes.subarray(from, at);
  }
  return values;
}

/** Restores a lost header from the segment's first frame; undefined if that is lost, too. */
export function headerFromFrame(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < HEADER_BYTES + FRAME_BYTES) return undefined;
  const tag = Buffer.from(tagAt(bytes, HEADER_BYTES));
  const frame = frameAt(bytes, HEADER_BYTES, tag);
  return typeof frame === 'object' ? { first: frame.first, beforeMs: frame.timeMs, tag } : undefined;
}

function tagAt(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(at, at + TAG_BYTES);
}

/** Writes an integer up to 2^53 − 1, which no position and no time reaches. */
function writeLong(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

function readLong(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

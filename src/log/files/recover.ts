import { readPart, type Disk, type DiskFile } from '../../disk/disk.ts';
import { syncFolder } from '../../files/durable.ts';
import { encodeHeader, HEADER_BYTES } from './format.ts';
import { DurableMark } from './mark.ts';
import { scanFrames } from './scan.ts';
import { SegmentList, serialsIn, segmentPath, type Segment } from './segments.ts';

const CHUNK_BYTES = 1 << 20;

/** The end of a partition that nobody writes to. */
export interface Tail {
  /** The position that the next record gets. */
  readonly next: number;
  /** The time of the newest record's append, in ms since 1970; 0 if there is none. */
  readonly newestMs: number;
  /** The lowest serial number that the next segment can get. */
  readonly serial: number;
  /** The size of all segments together. */
  readonly bytes: number;
}

/**
 * Makes a partition fit for a writer, no matter when the last writer died: cuts its torn tail and makes the
 * rest durable. Damage isn't repaired; readers report it. Positions that may have been acknowledged are never
 * given again.
 */
export async function recoverPartition(disk: Disk, folder: string): Promise<Tail> {
  const mark = new DurableMark(disk, folder);
  const durable = await mark.read();
  await mark.close();
  const segments = await new SegmentList(disk, folder).read();
  const last = segments.at(-1);
  const tail = last ? await recoverSegment(disk, last, durable) : { next: durable, newestMs: 0 };
  await syncFolder(folder, disk);
  const serials = await serialsIn(disk, folder);
  let bytes = 0;
  for (const serial of serials) bytes += await disk.size(segmentPath(folder, serial));
  return { ...tail, serial: (serials.at(-1) ?? 0) + 1, bytes };
}

async function recoverSegment(
  disk: Disk,
  segment: Segment,
  durable: number,
): Promise<{ next: number; newestMs: number }> {
  const file = await disk.open(segment.path, 'r+');
  try {
    const scanned = await scanTail(file, segment, durable);
    const cut = (await file.size()) > scanned.end;
    if (cut) await file.truncate(scanned.end);
    const written = await writeAgain(file, segment, scanned);
    if (cut || written) await file.sync();
    return scanned;
  } finally {
    await file.close();
  }
}

interface Scanned {
  readonly next: number;
  readonly newestMs: number;
  /** The offset at which the valid part ends. */
  readonly end: number;
  /** The offset up to which the segment is known to be durable. */
  readonly proven: number;
}

async function scanTail(file: DiskFile, segment: Segment, durable: number): Promise<Scanned> {
  let [next, newestMs, end, proven] = [segment.first, segment.beforeMs, HEADER_BYTES, 0];
  if (durable > next) proven = HEADER_BYTES;
  /** The first unreadable bytes, and the position of their first record. */
  let bad: { readonly offset: number; readonly position: number } | undefined;
  /** The position after the last whole frame, even one behind a bad frame. */
  let beyond = segment.first;
  for await (const step of scanFrames(file, segment.tag, HEADER_BYTES, CHUNK_BYTES)) {
    if ('unreadableAt' in step) {
      bad ??= { offset: step.unreadableAt, position: next };
      continue;
    }
    for (const frame of step.frames) {
      beyond = Math.max(beyond, frame.first + frame.count);
      // A frame of the bad frame's own group doesn't tell whether the bad frame was durable.
      if (bad && frame.group <= bad.position) continue;
      bad = undefined;
      next = frame.first + frame.count;
      newestMs = frame.timeMs;
      end = step.base + frame.end;
      if (next <= durable) proven = end;
    }
  }
  if (durable <= next) return { next, newestMs, end, proven };
  // Acknowledged records can't be read: nothing is cut, and their positions stay taken.
  return { next: Math.max(durable, beyond), newestMs, end: await file.size(), proven: end };
}

/**
 * Writes again what isn't known to be durable, so that the following sync covers it. If a sync of the former writer
 * has failed, the system considers its pages clean, and another sync alone would succeed without writing them.
 */
async function writeAgain(file: DiskFile, segment: Segment, { proven, end }: Scanned): Promise<boolean> {
  if (proven === 0) await file.write(encodeHeader(segment), 0);
  const from = Math.max(proven, HEADER_BYTES);
  if (from < end) await file.write(await readPart(file, from, end - from), from);
  return proven < end;
}

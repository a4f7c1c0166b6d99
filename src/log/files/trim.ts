import type { Disk } from '../../disk/disk.ts';
import { syncFolder } from '../../files/durable.ts';
import type { TrimRule } from '../event-log.ts';
import { SegmentList, serialsIn, segmentPath, type Segment } from './segments.ts';

/** What a partition's writer knows. */
export interface Trimming {
  readonly next: number;
  /** When its newest record was appended. */
  readonly newestMs: number;
  readonly nowMs: number;
  /** Starts a segment without records, durably: the last one can't go before, for it says where the partition ends. */
  readonly startAnother: () => Promise<void>;
}

/**
 * Removes the oldest segments as far as a rule lets them go, each for good before the next: else a
 * crash could leave a hole.
 * @returns the first position that is left, and how many bytes were freed
 */
export async function trimSegments(
  disk: Disk,
  folder: string,
  rule: TrimRule,
  trimming: Trimming,
): Promise<{ first: number; bytes: number }> {
  const list = new SegmentList(disk, folder);
  let segments = await list.read();
  if (segments.length === 0) return { first: trimming.next, bytes: 0 };
  const doomed = await oldestToGo(disk, segments, rule, trimming);
  if (doomed === segments.length) {
    await trimming.startAnother();
    segments = await list.read();
  }
  const first = segments[doomed] as Segment;
  let bytes = 0;
  // By their names: among them may be one that can't be read.
  for (const serial of await serialsIn(disk, folder)) {
    if (serial >= first.serial) break;
    const path = segmentPath(folder, serial);
    const size = await disk.size(path);
    await disk.remove(path);
    await syncFolder(folder, disk);
    bytes += size;
  }
  return { first: first.first, bytes };
}

/** How many segments may go. The last one may when it has records that have grown too old. */
async function oldestToGo(
  disk: Disk,
  segments: readonly Segment[],
  rule: TrimRule,
  { next, newestMs, nowMs }: Trimming,
): Promise<number> {
  const sizes = await Promise.all(segments.map(({ path }) => disk.size(path)));
  let held = sizes.reduce((sum, size) => sum + size, 0);
  for (const [index, segment] of segments.entries()) {
    const later = segments[index + 1];
    const end = Math.min(segment.until, next);
    const isEmpty = end <= segment.first;
    const isCommitted = rule.committed === 'ignored' || end <= rule.committed;
    const isOld = nowMs - (later?.beforeMs ?? newestMs) > (rule.keepMs ?? Infinity);
    const isTooMuch = later !== undefined && held > (rule.keepBytes ?? Infinity);
    const mayGo = isEmpty ? later !== undefined : isCommitted && (isOld || isTooMuch);
    if (!mayGo) return index;
    held -= sizes[index] as number;
  }
  return segments.length;
}

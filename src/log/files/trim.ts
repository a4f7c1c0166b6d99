import type { Disk } from '../../disk/disk.ts';
import { syncFolder } from '../../files/durable.ts';
import type { TrimRule } from '../event-log.ts';
import { SegmentList, serialsIn, segmentPath, type Segment } from './segments.ts';

/** The state of a partition that its writer passes to trimming. */
export interface Trimming {
  readonly next: number;
  /** The time of the newest record's append. */
  readonly newestMs: number;
  readonly nowMs: number;
  /** Starts an empty segment durably. The last segment can't be removed before: it says where the partition ends. */
  readonly startAnother: () => Promise<void>;
}

/**
 * Removes the oldest segments as far as a rule lets them go. Each removal is made durable before the next,
 * because a crash could leave a hole otherwise.
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
  // Removed by serial number, because unreadable segments are not in the list.
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

/** Counts the segments that may go. The last one may go when its records have grown too old. */
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

import { join } from 'node:path';
import { HOUR_MS, type Ordinal } from '../core/time/time.ts';
import type { EventLogReader, Partition } from '../log/event-log.ts';
import type { Stream } from '../streams/stream.ts';
import { dayOfHour } from './hours.ts';
import {
  addCounts,
  EXAMPLES,
  emptyHour,
  NO_COUNTS,
  type RawFile,
  type RawHour,
  type RawManifest,
  type RejectedRecord,
} from './manifest.ts';
import { openPath, type RawTable } from './raw-table.ts';
import type { RowWriter, Staged, Staging } from './row-writer.ts';
import { withoutSealed } from './manifest-changes.ts';

/** How much of the log becomes one file, at most about: what stays well within memory and pays a file. */
export interface BatchLimits {
  readonly rows: number;
  readonly bytes: number;
  /** How much is read at once. */
  readonly readBytes: number;
}
export const BATCH_LIMITS: BatchLimits = { rows: 200_000, bytes: 96 * 2 ** 20, readBytes: 2 ** 20 };

/** Records of a partition that were read and are not yet rows. */
export interface Batch {
  readonly staging: Staging;
  readonly partition: number;
  readonly from: number;
  readonly next: number;
  readonly records: number;
  /** Whether the log had no more. */
  readonly isEnd: boolean;
}

/**
 * Reads the next records of a partition.
 * @param into.table the folder of the table that they come to
 * @throws PositionGoneError, LogDamageError where nothing can be read at the position
 */
export async function readBatch(
  log: EventLogReader,
  { rows, table }: { readonly rows: RowWriter; readonly table: string },
  stream: Stream,
  place: Partition,
  from: number,
  limits: BatchLimits,
): Promise<Batch> {
  const staging = await rows.begin(stream, place.partition, table);
  try {
    let [next, records, bytes] = [from, 0, 0];
    while (records < limits.rows && bytes < limits.bytes) {
      let read;
      try {
        read = await log.read(place, next, limits.readBytes);
      } catch (error) {
        // What was read before it is loaded first; it is met again then.
        if (records === 0) throw error;
        break;
      }
      if (read.next === next)
        return { staging, partition: place.partition, from, next, records, isEnd: true };
      for (const { value } of read.records) bytes += value.length;
      records += read.records.length;
      await staging.add(read.records);
      next = read.next;
    }
    return { staging, partition: place.partition, from, next, records, isEnd: false };
  } catch (error) {
    await staging.drop();
    throw error;
  }
}

/** What a batch came to, with its files in their places; nothing of it is committed. */
export interface Placed {
  readonly batch: Batch;
  readonly staged: Staged;
  readonly files: ReadonlyMap<Ordinal, RawFile>;
}

/**
 * Makes rows of a batch and puts their files into their places.
 * @param others gives files beside the table's own, absolute, that an event of an hour may be a repeat of
 */
export async function placeBatch(
  table: RawTable,
  stream: Stream,
  batch: Batch,
  others: (hour: Ordinal) => Promise<readonly string[]>,
): Promise<Placed> {
  const { folder } = table;
  const live = async (hour: Ordinal): Promise<string[]> => [
    ...((await table.hour(hour))?.files ?? []).map(({ path }) => join(folder.path, path)),
    ...(await others(hour)),
  ];
  const staged = await batch.staging.finish(folder.staged, live);
  const files = new Map<Ordinal, RawFile>();
  for (const { hour, path, rows } of staged.hours) {
    if (path === undefined) continue;
    // A repeat that reads as much writes the same file.
    const name = `${stream.name}.${batch.partition}.${batch.from}-${batch.next - 1}`;
    const usual = openPath(hour, name);
    // A log that begins anew gives positions again.
    const isTaken = known(await table.hour(hour), table.manifest).has(usual);
    const place = isTaken ? openPath(hour, `${name}.${folder.tag()}`) : usual;
    await folder.place(path, place);
    files.set(hour, { path: place, rows });
  }
  return { batch, staged, files };
}

/** The files that an hour has, or has had until lately. */
function known(hour: RawHour | undefined, { superseded }: RawManifest): Set<string> {
  return new Set([...(hour?.files ?? []), ...superseded].map(({ path }) => path));
}

/**
 * The manifest with a batch in it.
 * @param sealed the hours of days that were sealed and have rows in the batch
 */
export function withBatch(
  before: RawManifest,
  { batch, staged, files }: Placed,
  sealed: ReadonlyMap<Ordinal, RawHour>,
  nowMs: number,
): RawManifest {
  const opened = [...new Set([...sealed.keys()].map(dayOfHour))].reduce(
    (manifest, day) => withoutSealed(manifest, day, sealed, nowMs),
    before,
  );
  const hours = new Map([...sealed, ...before.hours]);
  const touched = new Set<Ordinal>();
  const change = (hour: Ordinal, counts: Partial<RawHour['counts']>, file?: RawFile): void => {
    // What was found of its numbers is looked at again.
    const { loss: _loss, ...known } = hours.get(hour) ?? emptyHour(nowMs);
    hours.set(hour, {
      ...known,
      files: file ? [...known.files, file] : known.files,
      counts: addCounts(known.counts, { ...NO_COUNTS, ...counts }),
      changedMs: nowMs,
    });
    touched.add(hour);
  };
  for (const { hour, rows, duplicates, meantFor } of staged.hours) {
    const isLate = (hour + 1) * HOUR_MS <= before.watermarkMs;
    change(
      hour,
      { accepted: rows, late: isLate ? rows : 0, duplicate: duplicates, ...(meantFor && { meantFor }) },
      files.get(hour),
    );
  }
  for (const { hour } of staged.rejected) change(hour, { rejected: 1 });
  const examples: RejectedRecord[] = staged.rejected.map(({ partition, position, reason }) => ({
    partition,
    position,
    reason,
  }));
  const newestMs = Math.max(staged.newestMs, before.partitions.get(batch.partition)?.newestMs ?? 0);
  return {
    ...opened,
    partitions: new Map([...before.partitions, [batch.partition, { next: batch.next, newestMs }]]),
    hours,
    uncounted: [...new Set([...before.uncounted, ...touched])].sort((a, b) => a - b),
    rejected: [...before.rejected, ...examples].slice(-EXAMPLES),
  };
}

/** The hours of a batch's days that are sealed: with rows more they are no longer. */
export async function sealedHoursOf(table: RawTable, { staged }: Placed): Promise<Map<Ordinal, RawHour>> {
  const all = [...staged.hours, ...staged.rejected].map(({ hour }) => dayOfHour(hour));
  const found = new Map<Ordinal, RawHour>();
  for (const day of new Set(all)) {
    for (const [hour, what] of (await table.sealedDay(day)) ?? []) found.set(hour, what);
  }
  return found;
}

import type { Ordinal } from '../core/time/time.ts';
import type { EventLogReader, Partition } from '../log/event-log.ts';
import { REJECTS } from '../streams/rejects.ts';
import { hourText } from './hours.ts';
import { addCounts, NO_COUNTS, type RawManifest, type RejectedRecord } from './manifest.ts';
import type { RawReader } from './raw-reader.ts';

/** How a stream is doing: what was collected, and what of it is in its table. */
export interface StreamStatus {
  readonly stream: string;
  /** Events that the log has taken, those that senders have sent twice too. */
  readonly accepted: number;
  /** Rows of the table, those that were taken away with time too. */
  readonly loaded: number;
  /** Events that were refused, or could not become rows. */
  readonly rejected: number;
  readonly duplicates: number;
  /** The age of the oldest event that isn't loaded; 0 where all are. */
  readonly lagSeconds: number;
  /** The newest hour with rows, `2026-11-29T11:00:00Z`; null where there is none. */
  readonly newestHour: string | null;
}

/** What `kraken streams` shows beyond that. */
export interface StreamDetails {
  readonly status: StreamStatus;
  /** Records of the log that could not become rows, the newest. */
  readonly examples: readonly RejectedRecord[];
  readonly manifest: RawManifest | undefined;
}

/**
 * Tells how streams are doing, from their manifests and the log.
 * @param readerOf the table of a stream
 * @throws EngineError
 */
export async function streamStatuses(
  names: readonly string[],
  log: EventLogReader,
  readerOf: (stream: string) => RawReader,
  nowMs: number,
): Promise<StreamDetails[]> {
  const meantFor = (await totalsOf(readerOf(REJECTS.name))).counts.meantFor ?? {};
  const found: StreamDetails[] = [];
  for (const stream of names) {
    const { manifest, counts, newest } = await totalsOf(readerOf(stream));
    const waiting = await waitingOf(stream, log, manifest, nowMs);
    const { accepted, duplicate, rejected } = counts;
    const status: StreamStatus = {
      stream,
      accepted: accepted + duplicate + rejected + waiting.events,
      loaded: accepted,
      rejected: rejected + (meantFor[stream] ?? 0),
      duplicates: duplicate,
      lagSeconds: waiting.lagSeconds,
      newestHour: newest === undefined ? null : `${hourText(newest)}:00:00Z`,
    };
    found.push({ status, manifest, examples: manifest?.rejected ?? [] });
  }
  return found;
}

async function totalsOf(reader: RawReader) {
  const manifest = await reader.manifest();
  let counts = NO_COUNTS;
  let newest: Ordinal | undefined;
  for (const [hour, what] of manifest ? await reader.hours(manifest) : []) {
    counts = addCounts(counts, what.counts);
    if (what.counts.accepted > 0 && (newest === undefined || hour > newest)) newest = hour;
  }
  return { manifest, counts, newest };
}

/** What of a stream lies in the log and isn't loaded. */
async function waitingOf(
  stream: string,
  log: EventLogReader,
  manifest: RawManifest | undefined,
  nowMs: number,
): Promise<{ events: number; lagSeconds: number }> {
  let events = 0;
  let oldestMs = nowMs;
  for (const place of await log.partitions(stream)) {
    const ends = await log.ends(place);
    const next = manifest?.partitions.get(place.partition)?.next ?? ends.first;
    if (next >= ends.next) continue;
    events += ends.next - next;
    oldestMs = Math.min(oldestMs, (await timeAt(log, place, Math.max(next, ends.first))) ?? nowMs);
  }
  return { events, lagSeconds: Math.max(0, (nowMs - oldestMs) / 1000) };
}

/** When the record at a position was appended; undefined where it can't be read. */
async function timeAt(log: EventLogReader, place: Partition, position: number): Promise<number | undefined> {
  try {
    return (await log.read(place, position, 1)).records[0]?.timeMs;
  } catch {
    return undefined;
  }
}

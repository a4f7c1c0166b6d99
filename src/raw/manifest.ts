import { EngineError } from '../core/engine-error.ts';
import type { Ordinal } from '../core/time/time.ts';
import { dayFromText, dayText, hourFromText, hourText } from './hours.ts';

/** The format of raw tables' manifests, the newest that this code reads and the one that it writes. */
const FORMAT = 1;

/**
 * What a raw table consists of, and how far the log is in it. Both are one file, replaced by one
 * rename: so an event is in the table exactly when the log's position is behind it.
 */
export interface RawManifest {
  readonly stream: string;
  /** How many commits there were. */
  readonly commits: number;
  /** By the partition of the log. */
  readonly partitions: ReadonlyMap<number, Progress>;
  /** Up to this instant all partitions have been loaded, in ms since 1970. It never goes back. */
  readonly watermarkMs: number;
  /** The hours of days that aren't sealed. */
  readonly hours: ReadonlyMap<Ordinal, RawHour>;
  /** Days whose hours lie in a file of their own, which never changes. */
  readonly days: ReadonlyMap<Ordinal, SealedDay>;
  /** Files that are no longer live but may still be open somewhere, in the table's folder; `since` in ms since 1970. */
  readonly superseded: readonly { readonly path: string; readonly since: number }[];
  /** The hours whose counts are not yet in the metric `events` for sure. */
  readonly uncounted: readonly Ordinal[];
  /** The newest records that could not become rows, at most `EXAMPLES`. */
  readonly rejected: readonly RejectedRecord[];
  /** Positions that somebody decided to give up, the newest at most `EXAMPLES`. */
  readonly skipped: readonly SkippedPositions[];
}

/** How many examples a manifest keeps. */
export const EXAMPLES = 20;

/** How far a partition of the log is loaded. */
export interface Progress {
  /** The position to read on from. */
  readonly next: number;
  /** The newest time of an event, in ms since 1970; 0 before there was one. */
  readonly newestMs: number;
}

/** A day to which nothing is expected to come any more. */
export interface SealedDay {
  /** The file with its hours, in the table's folder. */
  readonly path: string;
  /** Whether a reader of folders knows all of its hours. */
  readonly shown?: true;
  /** From when its oldest rows count as kept, in ms since 1970; undefined where it has none. */
  readonly keptSinceMs?: number;
  /** The same of its oldest rows that still have what is personal. */
  readonly personalSinceMs?: number;
}

export interface RawHour {
  readonly files: readonly RawFile[];
  readonly counts: Counts;
  /** When the table first had something of this hour, and when it last got something, in ms since 1970. */
  readonly sinceMs: number;
  readonly changedMs: number;
  /** Whether the hour's folder has the file `_IMPORTED`. */
  readonly imported: boolean;
  /** In the own manifest of a table that has parts: whether they have rows of the hour. */
  readonly inParts?: true;
  /**
   * The folders that a reader of folders may take for this hour's: one, or also the one before while it is told. Their
   * files stay.
   */
  readonly shown?: readonly string[];
  /** What the sequence numbers of its rows tell, where the stream has any. */
  readonly loss?: HourLoss;
}

/** What became of the records of an hour. */
export interface Counts {
  /** Rows. */
  readonly accepted: number;
  /** Those of the rows that came when the hour was behind the watermark. */
  readonly late: number;
  /** Records that had the id of a row. */
  readonly duplicate: number;
  /** Records that could not become rows. */
  readonly rejected: number;
  /** Of the stream of rejects: for which streams its rows were meant. */
  readonly meantFor?: Readonly<Record<string, number>>;
}

export const NO_COUNTS: Counts = { accepted: 0, late: 0, duplicate: 0, rejected: 0 };

export interface RawFile {
  /** In the table's folder. */
  readonly path: string;
  readonly rows: number;
  /** Whether it is the whole of a closed hour, sorted by time. */
  readonly compacted?: true;
  /** Whether what is personal was taken out. */
  readonly depersonalised?: true;
}

export interface RejectedRecord {
  readonly partition: number;
  readonly position: number;
  readonly reason: string;
}

export interface SkippedPositions {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** What sequence numbers tell of an hour. */
export interface HourLoss {
  /** `unsure` until the hour after it is closed: what is missing may be there. */
  readonly state: 'none' | 'unsure' | 'warning' | 'stop';
  readonly expected: number;
  readonly missing: number;
  /** Those that miss most, at most ten. */
  readonly hosts: readonly { readonly host: string; readonly expected: number; readonly missing: number }[];
}

/** The manifest of a table that was never loaded. */
export function emptyManifest(stream: string): RawManifest {
  return {
    stream,
    commits: 0,
    partitions: new Map(),
    watermarkMs: 0,
    hours: new Map(),
    days: new Map(),
    superseded: [],
    uncounted: [],
    rejected: [],
    skipped: [],
  };
}

/** An hour of which nothing was loaded. */
export function emptyHour(nowMs: number): RawHour {
  return { files: [], counts: NO_COUNTS, sinceMs: nowMs, changedMs: nowMs, imported: false };
}

/** Adds up counts. */
export function addCounts(a: Counts, b: Counts): Counts {
  const meantFor = { ...a.meantFor };
  for (const [stream, count] of Object.entries(b.meantFor ?? {})) {
    meantFor[stream] = (meantFor[stream] ?? 0) + count;
  }
  return {
    accepted: a.accepted + b.accepted,
    late: a.late + b.late,
    duplicate: a.duplicate + b.duplicate,
    rejected: a.rejected + b.rejected,
    ...(Object.keys(meantFor).length > 0 && { meantFor }),
  };
}

export function manifestToText(manifest: RawManifest): string {
  const { partitions, hours, days, uncounted, ...rest } = manifest;
  return JSON.stringify({
    format: FORMAT,
    ...rest,
    partitions: Object.fromEntries(partitions),
    hours: hoursToJson(hours),
    days: Object.fromEntries([...days].map(([day, sealed]) => [dayText(day), sealed])),
    uncounted: uncounted.map(hourText),
  });
}

interface ManifestJson extends Omit<RawManifest, 'partitions' | 'hours' | 'days' | 'uncounted'> {
  readonly format: number;
  readonly partitions: Readonly<Record<string, Progress>>;
  readonly hours: HoursJson;
  readonly days: Readonly<Record<string, SealedDay>>;
  readonly uncounted: readonly string[];
}

/**
 * @param path where the text was found, for errors
 * @throws EngineError when it is of a newer format, or damaged
 */
export function manifestFromText(path: string, text: string): RawManifest {
  const { format: _format, partitions, hours, days, uncounted, ...rest } = parsed(path, text) as ManifestJson;
  return {
    ...rest,
    partitions: new Map(Object.entries(partitions).map(([number, progress]) => [Number(number), progress])),
    hours: hoursFromJson(hours),
    days: new Map(Object.entries(days).map(([day, sealed]) => [dayFromText(day), sealed])),
    uncounted: uncounted.map(hourFromText),
  };
}

/** The hours of a sealed day, as its file has them. */
export function sealedDayToText(hours: ReadonlyMap<Ordinal, RawHour>): string {
  return JSON.stringify({ format: FORMAT, hours: hoursToJson(hours) });
}

/** @throws EngineError when it is of a newer format, or damaged */
export function sealedDayFromText(path: string, text: string): Map<Ordinal, RawHour> {
  return hoursFromJson((parsed(path, text) as unknown as { readonly hours: HoursJson }).hours);
}

type HoursJson = Readonly<Record<string, RawHour>>;

function hoursToJson(hours: ReadonlyMap<Ordinal, RawHour>): HoursJson {
  return Object.fromEntries([...hours].map(([hour, what]) => [hourText(hour), what]));
}

function hoursFromJson(json: HoursJson): Map<Ordinal, RawHour> {
  return new Map(Object.entries(json).map(([hour, what]) => [hourFromText(hour), what]));
}

function parsed(path: string, text: string): { readonly format: number } {
  let json: { readonly format: number };
  try {
    json = JSON.parse(text) as { readonly format: number };
  } catch (cause) {
    throw new EngineError('raw tables', `${path} is damaged: it isn't JSON.`, { cause });
  }
  if (json.format !== FORMAT) {
    throw new EngineError(
      'raw tables',
      `${path} has format ${json.format} and this version of Kraken reads format ${FORMAT} only: it was written by a newer one.`,
    );
  }
  return json;
}

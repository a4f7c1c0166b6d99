import { dirname } from 'node:path';
import { DAY_MS, HOUR_MS, type Ordinal } from '../core/time/time.ts';
import type { Stream } from '../streams/stream.ts';
import { dayOfHour } from './hours.ts';
import { sequenceOf } from './loss.ts';
import type { RawFile, RawHour, RawManifest, SealedDay } from './manifest.ts';

/** How long a superseded file stays for readers that opened an older manifest: as in the lake. */
export const GRACE_MS = 60_000;
/** So many files of a kind are merged into one: each row is written again a few times until its hour is closed. */
const TIER = 8;
/** A closed hour is compacted when nothing has come to it for so long. */
const QUIET_MS = 10_000;
/** How long after its end a day is sealed: what comes late has come by then, and hours' neighbours are there. */
const SEAL_AFTER_MS = DAY_MS;

/** Something to be done to keep a table small, or to keep what its stream promises. */
export type Job =
  /** Files of an hour become one. */
  | {
      readonly kind: 'merge';
      readonly hour: Ordinal;
      readonly files: readonly RawFile[];
      readonly compacts: boolean;
      readonly withoutPersonal: boolean;
    }
  /** The numbers that hosts gave an hour's rows are looked at. */
  | { readonly kind: 'check'; readonly hour: Ordinal; readonly isSure: boolean }
  /** An hour has been kept for as long as its stream says. */
  | { readonly kind: 'expire'; readonly hour: Ordinal }
  /** Hours are closed, and get the file that says so. */
  | { readonly kind: 'flag'; readonly hours: readonly Ordinal[] }
  /** Files that nobody reads any more are removed. */
  | { readonly kind: 'sweep' }
  /** A reader of folders is told where hours lie, or that they have no rows. */
  | { readonly kind: 'show'; readonly folders: ReadonlyMap<Ordinal, string> }
  | { readonly kind: 'hide'; readonly hours: readonly Ordinal[] }
  | { readonly kind: 'seal'; readonly day: Ordinal }
  | { readonly kind: 'unseal'; readonly day: Ordinal };

export interface JobOptions {
  /** Whether nothing more is loaded for now: then nobody waits for hours to become quiet. */
  readonly isLast: boolean;
  /** Whether a reader of folders has to be told; `away`: it has to be, and can't be now. */
  readonly reader?: 'there' | 'away' | undefined;
}

/** What is to be done next; undefined where nothing is. */
export function nextJob(
  manifest: RawManifest,
  stream: Stream,
  nowMs: number,
  { isLast, reader }: JobOptions,
): Job | undefined {
  for (const [day, sealed] of manifest.days)
    if (isDayDue(sealed, stream, nowMs)) return { kind: 'unseal', day };
  const closed: [Ordinal, RawHour][] = [];
  const unflagged: Ordinal[] = [];
  for (const [hour, what] of manifest.hours) {
    if (hasRows(what) && ageOf(hour, what, nowMs) > stream.retentionMs) return { kind: 'expire', hour };
    if (isClosed(hour, manifest)) {
      closed.push([hour, what]);
      if (!what.imported) unflagged.push(hour);
    }
  }
  if (unflagged.length > 0) return { kind: 'flag', hours: unflagged };
  if (manifest.superseded.some(({ since }) => nowMs - since > GRACE_MS * 1.5)) return { kind: 'sweep' };
  for (const [hour, what] of closed) {
    const isQuiet = isLast || nowMs - what.changedMs >= QUIET_MS || what.files.length >= TIER;
    if (!isCompacted(what) && isQuiet) return mergeAll(hour, what, stream, nowMs);
  }
  const telling = reader === 'there' ? tellingOf(closed) : undefined;
  if (telling) return telling;
  if (sequenceOf(stream)) {
    for (const [hour, what] of closed) {
      const { loss } = what;
      const isSure = isClosed(hour + 1, manifest);
      const isToDo = loss === undefined || (loss.state === 'unsure' && isSure);
      if (hasRows(what) && isToDo) return { kind: 'check', hour, isSure };
    }
  }
  for (const [hour, what] of manifest.hours) {
    if (isPersonalDue(hour, what, stream, nowMs)) return mergeAll(hour, what, stream, nowMs);
    const files = isClosed(hour, manifest) ? [] : tierOf(what.files);
    if (files.length > 0) return { kind: 'merge', hour, files, compacts: false, withoutPersonal: false };
  }
  const day = sealable(manifest, reader !== undefined);
  if (day !== undefined) return { kind: 'seal', day };
  // One day after the other, so that the manifest stays small.
  const [untold] =
    [...manifest.days].find(
      ([, { keptSinceMs, shown }]) => keptSinceMs !== undefined && !shown && reader === 'there',
    ) ?? [];
  return untold === undefined ? undefined : { kind: 'unseal', day: untold };
}

/** What a reader of folders doesn't know yet. */
function tellingOf(closed: readonly (readonly [Ordinal, RawHour])[]): Job | undefined {
  const gone = closed.filter(([, { files, shown }]) => files.length === 0 && shown).map(([hour]) => hour);
  if (gone.length > 0) return { kind: 'hide', hours: gone };
  const folders = new Map(
    closed.flatMap(([hour, what]) => (isKnownToReader(what) ? [] : [[hour, folderOf(what)] as const])),
  );
  return folders.size > 0 ? { kind: 'show', folders } : undefined;
}

function isKnownToReader(what: RawHour): boolean {
  const { files, shown } = what;
  if (files.length === 0) return shown === undefined;
  // What isn't compacted is told when it is.
  return !isCompacted(what) || (shown?.length === 1 && shown[0] === folderOf(what));
}

function folderOf({ files: [file] }: RawHour): string {
  return dirname((file as RawFile).path);
}

function mergeAll(hour: Ordinal, what: RawHour, stream: Stream, nowMs: number): Job {
  const withoutPersonal = hasPersonal(stream) && ageOf(hour, what, nowMs) > stream.personalMs;
  return { kind: 'merge', hour, files: what.files, compacts: true, withoutPersonal };
}

/** Whether all of an hour was loaded: what comes now is late. */
export function isClosed(hour: Ordinal, { watermarkMs }: RawManifest): boolean {
  return (hour + 1) * HOUR_MS <= watermarkMs;
}

/** Whether there are rows of an hour, here or in a part. */
function hasRows({ files, inParts }: RawHour): boolean {
  return files.length > 0 || inParts === true;
}

function isCompacted({ files }: RawHour): boolean {
  return files.length === 0 || (files.length === 1 && files[0]?.compacted === true);
}

/** How old the oldest rows of an hour are, in ms. */
function ageOf(hour: Ordinal, what: RawHour, nowMs: number): number {
  return nowMs - keptSince(hour, what);
}

/**
 * From when the rows of an hour count as kept: from when they were first there, so that an old log that is loaded today
 * is kept as long as what happened today.
 */
function keptSince(hour: Ordinal, { sinceMs }: RawHour): number {
  return Math.max((hour + 1) * HOUR_MS, sinceMs);
}

/**
 * From when the rows of a day count as kept. How long they may stay isn't noted, because their stream may say less
 * later.
 */
export function keptSinceOfDay(
  hours: ReadonlyMap<Ordinal, RawHour>,
): Pick<SealedDay, 'keptSinceMs' | 'personalSinceMs'> {
  const withRows = [...hours].filter(([, what]) => hasRows(what));
  const personal = withRows.filter(([, { files }]) => files.some(({ depersonalised }) => !depersonalised));
  const oldest = (of: readonly [Ordinal, RawHour][]): number =>
    Math.min(...of.map(([hour, what]) => keptSince(hour, what)));
  return {
    ...(withRows.length > 0 && { keptSinceMs: oldest(withRows) }),
    ...(personal.length > 0 && { personalSinceMs: oldest(personal) }),
  };
}

/** Whether something of a sealed day has to go. */
function isDayDue({ keptSinceMs, personalSinceMs }: SealedDay, stream: Stream, nowMs: number): boolean {
  return (
    (keptSinceMs !== undefined && nowMs - keptSinceMs > stream.retentionMs) ||
    (personalSinceMs !== undefined && hasPersonal(stream) && nowMs - personalSinceMs > stream.personalMs)
  );
}

function hasPersonal(stream: Stream): boolean {
  return stream.fields.some(({ personal }) => personal);
}

function isPersonalDue(hour: Ordinal, what: RawHour, stream: Stream, nowMs: number): boolean {
  if (!hasPersonal(stream) || ageOf(hour, what, nowMs) <= stream.personalMs) return false;
  return what.files.some(({ depersonalised }) => !depersonalised);
}

/** Files of about the same size, when there are enough of them to be merged. */
function tierOf(files: readonly RawFile[]): RawFile[] {
  const tiers = new Map<number, RawFile[]>();
  for (const file of files) {
    const tier = Math.floor(Math.log2(Math.max(file.rows, 64) / 64) / Math.log2(TIER));
    const own = tiers.get(tier) ?? [];
    tiers.set(tier, own);
    own.push(file);
  }
  // The smallest first: they are the most.
  const [tier] = [...tiers].sort(([a], [b]) => a - b).find(([, own]) => own.length >= TIER) ?? [];
  return tier === undefined ? [] : (tiers.get(tier) as RawFile[]);
}

/** The first day of whose hours nothing is left to be done. */
function sealable(manifest: RawManifest, hasReader: boolean): Ordinal | undefined {
  const unsealed = unsealedDays(manifest, hasReader);
  const days = [...unsealed.keys()].filter((day) => unsealed.get(day) === 'done');
  return days.length > 0 ? Math.min(...days) : undefined;
}

/** Whether nothing is left to be done of a day's hours. */
export function isSealable(manifest: RawManifest, day: Ordinal, hasReader: boolean): boolean {
  return unsealedDays(manifest, hasReader).get(day) === 'done';
}

/** The days that aren't sealed and are long over, and whether something is left to be done of their hours. */
function unsealedDays(
  { hours, uncounted, watermarkMs }: RawManifest,
  hasReader: boolean,
): Map<Ordinal, 'done' | 'open'> {
  const days = new Map<Ordinal, 'done' | 'open'>();
  const isUncounted = new Set(uncounted);
  for (const [hour, what] of hours) {
    const day = dayOfHour(hour);
    if ((day + 1) * DAY_MS + SEAL_AFTER_MS > watermarkMs) continue;
    const isTold = !hasReader || isKnownToReader(what);
    const isDone = what.imported && isCompacted(what) && isTold && !isUncounted.has(hour);
    days.set(day, isDone && days.get(day) !== 'open' ? 'done' : 'open');
  }
  return days;
}

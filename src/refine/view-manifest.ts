import { EngineError } from '../core/engine-error.ts';
import type { Ordinal } from '../core/time/time.ts';

/** The format that this code writes, and the only one that it reads. */
const FORMAT = 1;

/**
 * What the table of views consists of. It is one file, replaced by one rename. The hours of a day lie in a
 * file of their own, so that the manifest stays small.
 */
export interface ViewManifest {
  /** Grows with each commit that changed views, or closed an hour. */
  readonly version: number;
  /** The instant up to which hours are closed, in ms since 1970. It never decreases. */
  readonly closedMs: number;
  /** The first hour in which each project had a view. */
  readonly projects: ReadonlyMap<string, Ordinal>;
  /** The first hour in which the country of a view was known; undefined if none has been. */
  readonly countriesFrom?: Ordinal;
  readonly days: ReadonlyMap<Ordinal, ViewDay>;
  /** Files that are no longer live but may still be read, in the table's folder; `since` in ms since 1970. */
  readonly superseded: readonly { readonly path: string; readonly since: number }[];
}

export interface ViewDay {
  /** The version of the commit that last changed a view of the day or closed one of its hours. */
  readonly version: number;
  /** The file with its hours, in the table's folder. It never changes: a commit writes another one. */
  readonly path: string;
  readonly rows: number;
}

/** An hour of views, made as a whole from raw rows. */
export interface ViewHour {
  /** The file of views in the table's folder; undefined if the hour has none. */
  readonly path?: string;
  /** The file of what its actors did, in the table's folder. */
  readonly actors?: string;
  readonly rows: number;
  readonly madeFrom: HourMadeFrom;
}

/** What an hour was made from. */
export interface HourMadeFrom {
  /**
   * The raw rows, as text that differs if there are others. It names no files, because compaction puts the same rows
   * into another file. An hour of the same rows isn't made again by itself.
   */
  readonly raw: string;
  /**
   * The positions up to which the rows of each partition of the log were there, by stream: what lies behind them isn't
   * in the views. Absent in hours that an older Kraken has made.
   */
  readonly upTo?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The raw files that were read, in the folder of the raw tables. */
  readonly files: readonly string[];
  /** The version of the rules. */
  readonly rules: string;
  /** A digest of the labels that the actors' behaviour earlier that day gave them. */
  readonly labels: string;
  /** A digest of the files of actors by which they were labelled. If there are others, the labels are looked at. */
  readonly before: string;
}

/** The manifest of a table without views. */
export const NO_VIEWS: ViewManifest = {
  version: 0,
  closedMs: 0,
  projects: new Map(),
  days: new Map(),
  superseded: [],
};

export function viewsToText(manifest: ViewManifest): string {
  const { projects, days, ...rest } = manifest;
  return JSON.stringify({
    format: FORMAT,
    ...rest,
    projects: Object.fromEntries(projects),
    days: Object.fromEntries(days),
  });
}

interface ManifestJson extends Omit<ViewManifest, 'projects' | 'days'> {
  readonly format: number;
  readonly projects: Readonly<Record<string, Ordinal>>;
  readonly days: Readonly<Record<string, ViewDay>>;
}

/**
 * @param path where the text was found, for errors
 * @throws EngineError when it is damaged or has a newer format
 */
export function viewsFromText(path: string, text: string): ViewManifest {
  const { format: _format, projects, days, ...rest } = parsed(path, text) as ManifestJson;
  return {
    ...rest,
    projects: new Map(Object.entries(projects)),
    days: new Map(Object.entries(days).map(([day, what]) => [Number(day), what])),
  };
}

/** The hours of a day, as the day's file has them. */
export function dayToText(hours: ReadonlyMap<Ordinal, ViewHour>): string {
  return JSON.stringify({ format: FORMAT, hours: Object.fromEntries(hours) });
}

/** @throws EngineError when it is damaged or has a newer format */
export function dayFromText(path: string, text: string): Map<Ordinal, ViewHour> {
  const { hours } = parsed(path, text) as { readonly hours: Readonly<Record<string, ViewHour>> } & Format;
  return new Map(Object.entries(hours).map(([hour, what]) => [Number(hour), what]));
}

interface Format {
  readonly format: number;
}

function parsed(path: string, text: string): Format {
  let json: Format;
  try {
    json = JSON.parse(text) as Format;
  } catch (cause) {
    throw new EngineError('views', `${path} is damaged: it isn't JSON.`, { cause });
  }
  if (json.format !== FORMAT) {
    throw new EngineError(
      'views',
      `${path} has format ${json.format}, but this version of Kraken reads only format ${FORMAT}: a newer Kraken wrote it.`,
    );
  }
  return json;
}

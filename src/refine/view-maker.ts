import type { VIEW_STREAMS } from '../core/metric/view-events.ts';
import type { Ordinal } from '../core/time/time.ts';
import { PAGEVIEW } from '../streams/pageview.ts';
import type { Stream } from '../streams/stream.ts';
import { WEBREQUEST } from '../streams/webrequest.ts';

export type Source = (typeof VIEW_STREAMS)[number];
export const STREAM_OF: Readonly<Record<Source, Stream>> = { pageview: PAGEVIEW, webrequest: WEBREQUEST };

/**
 * Makes files of views from files of raw rows. What it writes is neither durable nor in its place: the caller
 * syncs and renames the files by `Disk`. Engines: `DuckdbViews`, and a plain one in tests.
 */
export interface ViewMaker {
  make(work: HourWork, signal: AbortSignal): Promise<MadeHour>;
  /**
   * Returns the digest of the labels that an hour's actors have.
   * @param actors the hour's file of actors
   * @param before the files of actors of the earlier hours of its day
   */
  labelsOf(actors: string, before: readonly string[], signal: AbortSignal): Promise<string>;
}

export interface HourWork {
  readonly hour: Ordinal;
  /** All raw files of the hour. */
  readonly raw: Readonly<Record<Source, readonly string[]>>;
  /** The number of their rows. */
  readonly rows: number;
  /** The files of actors of the earlier hours of its day. */
  readonly before: readonly string[];
  /** The key of the day. */
  readonly key: Uint8Array;
  /** Where the file of views is written; no file is written if there are none. */
  readonly views: string;
  /** Where the file of actors is written; no file is written if there are none. */
  readonly actors: string;
}

export interface MadeHour {
  readonly rows: number;
  readonly actors: number;
  /** The digest of the labels, as `labelsOf` returns it. */
  readonly labels: string;
  readonly projects: readonly string[];
  /** Whether the country of a view is known. */
  readonly hasCountries: boolean;
}

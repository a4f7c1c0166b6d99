import type { Ordinal } from '../core/time/time.ts';
import type { LogRecord } from '../log/event-log.ts';
import type { Stream } from '../streams/stream.ts';
import type { RejectedRecord } from './manifest.ts';

/**
 * Makes files of rows. What it writes is neither durable nor in its place: who uses it syncs and
 * renames the files by `Disk`. Engines: `DuckdbRows`, and a plain one in tests.
 */
export interface RowWriter {
  /**
   * Begins to stage records that follow each other in a partition.
   * @param table the folder of the table that they come to
   */
  begin(stream: Stream, partition: number, table: string): Promise<Staging>;
  /**
   * Writes the rows of some files of a table to one.
   * @returns how many rows it has
   */
  merge(stream: Stream, from: readonly string[], to: string, how: Merging): Promise<number>;
  /** Looks for numbers that are missing in an hour. */
  gaps(sequence: Sequence, files: HourFiles): Promise<HostGaps[]>;
  close(): Promise<void>;
}

/** The fields of a stream by which loss is found: who counts, and the number it gave. */
export interface Sequence {
  readonly host: string;
  readonly number: string;
}

/** The files in which the numbers of an hour may be. */
export interface HourFiles {
  readonly own: readonly string[];
  /** Of the hours before and after: what ends in one may have begun in another. */
  readonly near: readonly string[];
  /** Of the stream of rejects: a line that can't be read isn't lost. */
  readonly rejects: readonly string[];
}

/** Of one host: how many numbers its hour spans, and how many of them are nowhere. */
export interface HostGaps {
  readonly host: string;
  readonly expected: number;
  readonly missing: number;
}

export interface Merging {
  /** Whether rows are sorted by time, as in closed hours. */
  readonly sorted: boolean;
  /** Whether what is personal is taken out. */
  readonly withoutPersonal: boolean;
}

/** Records on their way to rows. */
export interface Staging {
  /** Adds the next records. Their values are no longer needed when it resolves. */
  add(records: readonly LogRecord[]): Promise<void>;
  /**
   * Makes rows of what was added: finds the hour of each, and leaves out what was there before.
   * @param folder where files may be written
   * @param live the files of the table that hold an hour
   */
  finish(folder: string, live: (hour: Ordinal) => Promise<readonly string[]>): Promise<Staged>;
  /** Forgets everything. */
  drop(): Promise<void>;
}

/** What records came to. */
export interface Staged {
  readonly hours: readonly StagedHour[];
  readonly rejected: readonly (RejectedRecord & { readonly hour: Ordinal })[];
  /** The newest time of a row, in ms since 1970; 0 where there is none. */
  readonly newestMs: number;
}

/** Of one hour. */
export interface StagedHour {
  readonly hour: Ordinal;
  /** The file that has the rows; undefined where there is none. */
  readonly path: string | undefined;
  readonly rows: number;
  readonly duplicates: number;
  /** Of the stream of rejects: for which streams the rows were meant. */
  readonly meantFor?: Readonly<Record<string, number>>;
}

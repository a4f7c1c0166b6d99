/**
 * A log of events: streams, each of one or more partitions, each a sequence of records in order. Who
 * writes and who reads need not wait for each other; the log is what lies between collecting and
 * loading. Engines: `files/` here, Kafka. All of them pass `test/log/conformance.ts`.
 */
export interface EventLog extends EventLogReader {
  /**
   * Adds a batch to a stream, in order, to one partition. It resolves when the batch is durable; when
   * it rejects, the batch may be there whole or not at all. A stream comes to be with its first batch.
   * @param values at least one; they must not be changed until the promise is settled
   * @throws LogFullError, LogBusyError, AppendTooLargeError and LogClosedError at once, with nothing
   *   accepted; LogWriteError when the disk or the broker failed
   */
  append(stream: string, values: readonly Uint8Array[]): Promise<Appended>;

  /**
   * Forgets the oldest records that a rule lets go. Engines forget in pieces of their own, so that
   * some may stay for longer.
   * @returns the first position that is left
   */
  trim(partition: Partition, rule: TrimRule): Promise<number>;
}

/** The part of a log that a process needs which only reads: the loader. */
export interface EventLogReader {
  /** The streams that there are, by name. */
  streams(): Promise<string[]>;
  /** The partitions of a stream; none where there is no such stream. */
  partitions(stream: string): Promise<Partition[]>;
  ends(partition: Partition): Promise<Ends>;

  /**
   * Reads records that are durable, in order, from a position on.
   * @param from a position that was read up to (`next`), or one of `ends`
   * @param maxBytes about how much to give at once; at least one record comes where there is one
   * @returns no records where the log has no more for now
   * @throws PositionGoneError where the log doesn't hold that position, LogDamageError where the
   *   record there can't be read
   */
  read(partition: Partition, from: number, maxBytes: number): Promise<ReadBatch>;

  /** Ends what is under way: appends that were accepted are finished first. */
  close(): Promise<void>;
}

export interface Partition {
  /** `STREAM_NAME` says what it may be. */
  readonly stream: string;
  readonly partition: number;
}

/**
 * What a stream may be called: what Kafka takes for a topic and any file system for a folder. A name
 * that starts with `_` is the log's own.
 */
export const STREAM_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

export interface LogRecord {
  /** Grows within a partition, by more than one where the engine leaves gaps. */
  readonly position: number;
  /** When it was appended, in ms since 1970, by the clock of who did. */
  readonly timeMs: number;
  readonly value: Uint8Array;
}

export interface ReadBatch {
  readonly records: readonly LogRecord[];
  /** Where to read on. It may lie beyond the last record's next position. */
  readonly next: number;
}

/** Where a batch lies: its positions are `first` to `last`, in the order of its values. */
export interface Appended extends Partition {
  readonly first: number;
  readonly last: number;
}

export interface Ends {
  /** Of the oldest record; `next` where there is none. */
  readonly first: number;
  /** Which the next record gets, at least. */
  readonly next: number;
}

/** Records go when one of the limits lets them go and the loader has them. Without limits none goes. */
export interface TrimRule {
  /** What was appended longer ago than this may go. */
  readonly keepMs?: number;
  /** As much as is held beyond this may go, the oldest first. */
  readonly keepBytes?: number;
  /** Up to which position (exclusive) the loader has committed; `ignored` gives up what it hasn't. */
  readonly committed: number | 'ignored';
}

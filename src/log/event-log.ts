/**
 * A log of events. It has streams, a stream has one or more partitions, and a partition is an ordered
 * sequence of records. It lies between collecting and loading, so that writers and readers need not wait for
 * each other. The engines are `files/` here, and Kafka. All of them pass `test/log/conformance.ts`.
 */
export interface EventLog extends EventLogReader {
  /**
   * Appends a batch to one partition of a stream, in order. The promise resolves when the batch is durable;
   * when it rejects, the batch may be there whole or not at all. The first batch creates the stream.
   * @param values at least one; they must not be changed until the promise is settled
   * @param keys one for each value. Values of the same key lie in the same partition, as long as the stream has as
   *   many partitions. The values may then lie in several, and each of these parts is appended as a batch by itself:
   *   after a rejection some may be there. What is returned is the place of the first part
   * @throws LogFullError, LogBusyError, AppendTooLargeError and LogClosedError at once, with nothing
   *   accepted; LogWriteError when the disk or the broker failed
   */
  append(stream: string, values: readonly Uint8Array[], keys?: readonly string[]): Promise<Appended>;

  /**
   * Deletes the oldest records that a rule lets go. Engines delete whole pieces, so some records may stay
   * longer.
   * @returns the first position that is left
   */
  trim(partition: Partition, rule: TrimRule): Promise<number>;
}

/** The part of a log for a process that only reads: the loader. */
export interface EventLogReader {
  /** Lists the names of the streams. */
  streams(): Promise<string[]>;
  /** Lists the partitions of a stream; none if the stream doesn't exist. */
  partitions(stream: string): Promise<Partition[]>;
  ends(partition: Partition): Promise<Ends>;

  /**
   * Reads durable records in order, from a position on.
   * @param from a `next` of an earlier batch, or one of `ends`
   * @param maxBytes about how much to return at once; at least one record is returned if there is one
   * @returns no records if the log has no more for now
   * @throws PositionGoneError if the log doesn't hold that position, LogDamageError if the record there
   *   can't be read
   */
  read(partition: Partition, from: number, maxBytes: number): Promise<ReadBatch>;

  /** Finishes the appends that were accepted, then closes the log. */
  close(): Promise<void>;
}

export interface Partition {
  /** A name that matches `STREAM_NAME`. */
  readonly stream: string;
  readonly partition: number;
}

/**
 * The form of a stream's name: what Kafka allows for a topic and any file system for a folder. Names that
 * start with `_` belong to the log itself.
 */
export const STREAM_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

export interface LogRecord {
  /** Grows within a partition, by more than one if the engine leaves gaps. */
  readonly position: number;
  /** The time of the append, in ms since 1970, by the writer's clock. */
  readonly timeMs: number;
  readonly value: Uint8Array;
}

export interface ReadBatch {
  readonly records: readonly LogRecord[];
  /** The position to read on from. It may lie beyond the position after the last record. */
  readonly next: number;
}

/** The place of a batch: its values have the positions `first` to `last`, in order. */
export interface Appended extends Partition {
  readonly first: number;
  readonly last: number;
}

export interface Ends {
  /** The position of the oldest record; `next` if there is none. */
  readonly first: number;
  /** The lowest position that the next record can get. */
  readonly next: number;
}

/**
 * Says which records may be removed: those that exceed one of the limits and were already loaded. Without
 * limits no record is removed.
 */
export interface TrimRule {
  /** Records older than this may be removed, in ms. */
  readonly keepMs?: number;
  /** The oldest records may be removed while the partition holds more than this. */
  readonly keepBytes?: number;
  /**
   * The position (exclusive) up to which the loader has committed. With `ignored`, uncommitted records may be
   * removed, too.
   */
  readonly committed: number | 'ignored';
}

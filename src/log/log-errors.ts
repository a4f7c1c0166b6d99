import { EngineError } from '../core/engine-error.ts';
import type { Ends, Partition } from './event-log.ts';

/** The event log can't do what was asked for. */
export class EventLogError extends EngineError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('event log', message, options);
    this.name = new.target.name;
  }
}

/** The log holds as much as it may, or the disk does. It takes more when the loader has gone on and it was trimmed. */
export class LogFullError extends EventLogError {}

/** More waits to be written than may be held in memory. It passes in moments. */
export class LogBusyError extends EventLogError {}

/** A batch is larger than any may be: `maxBytes`. */
export class AppendTooLargeError extends EventLogError {
  readonly maxBytes: number;

  constructor(bytes: number, maxBytes: number) {
    super(`a batch of ${bytes} bytes can't be appended: at most ${maxBytes} are allowed`);
    this.maxBytes = maxBytes;
  }
}

/** The disk or the broker failed. The batch isn't acknowledged; it may be there nevertheless, once. */
export class LogWriteError extends EventLogError {}

/** The log was closed, or its closing has begun. */
export class LogClosedError extends EventLogError {
  constructor() {
    super('the event log is closed');
  }
}

/** Another process writes to the log. */
export class LogLockedError extends EventLogError {}

/** A stream can't have this name. */
export class StreamNameError extends EventLogError {
  constructor(stream: string) {
    super(
      `${JSON.stringify(stream)} can't name a stream: letters, digits, ".", "_" and "-" are allowed, 200 at most, the first a letter or a digit`,
    );
  }
}

/** The log doesn't hold a position. */
export class PositionGoneError extends EventLogError {
  readonly partition: Partition;
  readonly asked: number;
  readonly ends: Ends;

  constructor(partition: Partition, asked: number, ends: Ends) {
    const place = `position ${asked} of ${nameOf(partition)}`;
    super(
      asked < ends.first
        ? `${place} is gone: the log starts at ${ends.first}, so ${ends.first - asked} positions are lost to who goes on from there`
        : `${place} isn't there: the log ends at ${ends.next}, so it is another log than the one that was read, or has lost its end`,
    );
    this.partition = partition;
    this.asked = asked;
    this.ends = ends;
  }
}

/** Records that were acknowledged can't be read. Reading goes on at `to` by who accepts the loss. */
export class LogDamageError extends EventLogError {
  readonly partition: Partition;
  /** The first position that can't be read. */
  readonly from: number;
  /** The next one that can. */
  readonly to: number;

  constructor(partition: Partition, from: number, to: number) {
    super(
      `${nameOf(partition)} is damaged: positions ${from} to ${to - 1} can't be read; reading can go on at ${to}`,
    );
    this.partition = partition;
    this.from = from;
    this.to = to;
  }
}

function nameOf({ stream, partition }: Partition): string {
  return `${stream}/${partition}`;
}

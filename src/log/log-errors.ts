import { EngineError } from '../core/engine-error.ts';
import type { Ends, Partition } from './event-log.ts';

/** The event log can't carry out a request. */
export class EventLogError extends EngineError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('event log', message, options);
    this.name = new.target.name;
  }
}

/** The log is full, or the disk is. It takes more once the loader has moved on and the log was trimmed. */
export class LogFullError extends EventLogError {}

/** Too many appends wait in memory. The state passes in moments. */
export class LogBusyError extends EventLogError {}

/** A batch is larger than `maxBytes`. */
export class AppendTooLargeError extends EventLogError {
  readonly maxBytes: number;

  constructor(bytes: number, maxBytes: number) {
    super(`a batch of ${bytes} bytes can't be appended: at most ${maxBytes} are allowed`);
    this.maxBytes = maxBytes;
  }
}

/** The disk or the broker failed. The batch isn't acknowledged, yet it may be there, once. */
export class LogWriteError extends EventLogError {}

/** The log is closed or closing. */
export class LogClosedError extends EventLogError {
  constructor() {
    super('the event log is closed');
  }
}

/** Another process writes the log. */
export class LogLockedError extends EventLogError {}

/** The name is not allowed for a stream. */
export class StreamNameError extends EventLogError {
  constructor(stream: string) {
    super(
      `${JSON.stringify(stream)} is not a name for a stream: use at most 200 letters, digits, ".", "_" and "-", and begin with a letter or a digit`,
    );
  }
}

/** The log doesn't hold the requested position. */
export class PositionGoneError extends EventLogError {
  readonly partition: Partition;
  readonly asked: number;
  readonly ends: Ends;

  constructor(partition: Partition, asked: number, ends: Ends) {
    const place = `position ${asked} of ${nameOf(partition)}`;
    super(
      asked < ends.first
        ? `${place} is gone: the log starts at ${ends.first}; continuing from there skips ${ends.first - asked} positions`
        : `${place} doesn't exist: the log ends at ${ends.next}, so it is not the log that was read before, or it has lost its end`,
    );
    this.partition = partition;
    this.asked = asked;
    this.ends = ends;
  }
}

/** Acknowledged records can't be read. A reader that accepts the loss continues at `to`. */
export class LogDamageError extends EventLogError {
  readonly partition: Partition;
  /** The first position that can't be read. */
  readonly from: number;
  /** The next position that can be read. */
  readonly to: number;

  constructor(partition: Partition, from: number, to: number) {
    super(
      `${nameOf(partition)} is damaged: positions ${from} to ${to - 1} can't be read; reading can continue at ${to}`,
    );
    this.partition = partition;
    this.from = from;
    this.to = to;
  }
}

function nameOf({ stream, partition }: Partition): string {
  return `${stream}/${partition}`;
}

import type { Refusal } from './incoming.ts';

/** Counts the outcomes of events, for the metrics. */
export interface Counts {
  accepted(stream: string, events: number): void;
  /** Accepted events that the stream's sampling leaves out. */
  leftOut(stream: string, events: number): void;
  /** @param stream undefined if there is no such stream */
  refused(stream: string | undefined, refusal: Refusal, events: number): void;
  /** The log didn't take these events. Their senders should send them again. */
  failed(stream: string, events: number): void;
  /** A batch is durable. @param seconds the time since it came */
  durable(seconds: number): void;
  /** A reject wasn't written, because there were too many or the log took none. */
  rejectLost(): void;
}

/** For programs without metrics. */
export const NO_COUNTS: Counts = {
  accepted: () => undefined,
  leftOut: () => undefined,
  refused: () => undefined,
  failed: () => undefined,
  durable: () => undefined,
  rejectLost: () => undefined,
};

import type { Refusal } from './told.ts';

/** Is told what becomes of events, for the metrics. */
export interface Counts {
  accepted(stream: string, events: number): void;
  /** Of accepted ones, those that the stream's sampling leaves out. */
  leftOut(stream: string, events: number): void;
  /** @param stream undefined where there is no such stream */
  refused(stream: string | undefined, refusal: Refusal, events: number): void;
  /** The log didn't take them; their senders were told to come again. */
  failed(stream: string, events: number): void;
  /** A batch is durable, so many seconds after it came. */
  durable(seconds: number): void;
  /** A reject wasn't written: there were too many, or the log took none. */
  rejectLost(): void;
}

/** For who shows no metrics. */
export const NO_COUNTS: Counts = {
  accepted: () => undefined,
  leftOut: () => undefined,
  refused: () => undefined,
  failed: () => undefined,
  durable: () => undefined,
  rejectLost: () => undefined,
};

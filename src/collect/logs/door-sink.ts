import { setTimeout as sleep } from 'node:timers/promises';
import { LogBusyError, LogFullError } from '../../log/log-errors.ts';
import { REJECTS } from '../../streams/rejects.ts';
import { WEBREQUEST } from '../../streams/webrequest.ts';
import type { Collector } from '../collector.ts';
import type { Outcome, Told } from '../told.ts';
import type { ReadLine } from './line-reader.ts';
import type { LineSink, Patience } from './sink.ts';

/** Brings lines to the log that this process writes. */
export class DoorSink implements LineSink {
  readonly #collector: Collector;
  readonly #patience: Patience;
  readonly #close: () => Promise<void>;
  readonly #onWait: (reason: string) => void;

  /** @param onWait is told why it waits, when it begins to */
  constructor(
    collector: Collector,
    patience: Patience,
    onWait: (reason: string) => void,
    close: () => Promise<void>,
  ) {
    this.#collector = collector;
    this.#patience = patience;
    this.#onWait = onWait;
    this.#close = close;
  }

  async take(lines: readonly ReadLine[], signal: AbortSignal): Promise<(string | undefined)[]> {
    const reasons = lines.map(({ reason }) => reason);
    const asked = lines.flatMap(({ reason }, place) => (reason === undefined ? [place] : []));
    const told = asked.map((place) => (lines[place] as ReadLine).told);
    const outcomes = told.length === 0 ? [] : await this.#collect(WEBREQUEST.name, told, signal);
    for (const [nth, outcome] of outcomes.entries()) {
      if (!outcome.isAccepted) reasons[asked[nth] as number] = outcome.reason;
    }
    const rejects = lines.flatMap((line, place) => {
      const reason = reasons[place];
      return reason === undefined ? [] : [line.asReject(reason)];
    });
    if (rejects.length > 0) await this.#collect(REJECTS.name, rejects, signal);
    return reasons;
  }

  async close(): Promise<void> {
    await this.#collector.close();
    await this.#close();
  }

  /** Comes again while the log has no room. What may be there already has the same ids. */
  async #collect(stream: string, told: readonly Told[], signal: AbortSignal): Promise<Outcome[]> {
    const { firstMs, mostMs, inAllMs } = this.#patience;
    for (let waitMs = firstMs, waitedMs = 0; ; waitMs = Math.min(2 * waitMs, mostMs)) {
      try {
        return await this.#collector.collect(stream, told);
      } catch (error) {
        const isPassing = error instanceof LogBusyError || error instanceof LogFullError;
        if (!isPassing || waitedMs >= inAllMs) throw error;
        if (error instanceof LogFullError && waitedMs === 0) this.#onWait(error.message);
      }
      await sleep(waitMs, undefined, { signal });
      waitedMs += waitMs;
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { LogBusyError, LogFullError } from '../../log/log-errors.ts';
import { REJECTS } from '../../streams/rejects.ts';
import { WEBREQUEST } from '../../streams/webrequest.ts';
import type { Collector } from '../collector.ts';
import type { Outcome, Incoming } from '../incoming.ts';
import type { ReadLine } from './line-reader.ts';
import type { LineSink, Patience } from './sink.ts';

/** Writes lines to the event log of this process. */
export class DoorSink implements LineSink {
  readonly #collector: Collector;
  readonly #patience: Patience;
  readonly #close: () => Promise<void>;
  readonly #onWait: (reason: string) => void;

  /** @param onWait receives the reason when a wait begins */
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
    const incoming = asked.map((place) => (lines[place] as ReadLine).incoming);
    const outcomes = incoming.length === 0 ? [] : await this.#collect(WEBREQUEST.name, incoming, signal);
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

  /** Tries again while the log has no room. Events that may be there already have the same ids. */
  async #collect(stream: string, incoming: readonly Incoming[], signal: AbortSignal): Promise<Outcome[]> {
    const { firstMs, mostMs, inAllMs } = this.#patience;
    for (let waitMs = firstMs, waitedMs = 0; ; waitMs = Math.min(2 * waitMs, mostMs)) {
      try {
        return await this.#collector.collect(stream, incoming);
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

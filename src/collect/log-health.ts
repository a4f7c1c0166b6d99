import type { Clock } from '../core/time/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { LogBusyError } from '../log/log-errors.ts';

/** How long the log counts as not ready after a failure, in ms. */
const REMEMBERED_MS = 5000;
/** How often the log is asked for its streams, and how long the answer may take, in ms. */
const ASK_MS = 1000;
const ASK_DEADLINE_MS = 5000;

/** Knows whether the event log takes events, from the results of appends and by asking it regularly. */
export class LogHealth {
  readonly #log: Pick<EventLog, 'append' | 'streams'>;
  readonly #clock: Clock;
  #failedMs = -Infinity;
  #isThere = false;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(log: Pick<EventLog, 'append' | 'streams'>, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  get ready(): boolean {
    return this.#isThere && this.#clock.now() - this.#failedMs >= REMEMBERED_MS;
  }

  /** The log's `append`; its result is remembered. */
  readonly append: EventLog['append'] = async (stream, values, keys) => {
    try {
      const appended = await this.#log.append(stream, values, keys);
      this.#failedMs = -Infinity;
      return appended;
    } catch (error) {
      // A busy log works, and the state passes by itself.
      if (!(error instanceof LogBusyError)) this.#failedMs = this.#clock.now();
      throw error;
    }
  };

  /** Asks now, and then regularly until `stop`. */
  async start(): Promise<void> {
    await this.#ask();
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.start(), ASK_MS).unref();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ASK_DEADLINE_MS).unref();
    });
    const there = this.#log.streams().then(
      () => true,
      () => false,
    );
    this.#isThere = await Promise.race([there, late]);
    clearTimeout(timer);
  }
}

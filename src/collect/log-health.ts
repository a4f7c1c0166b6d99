import type { Clock } from '../core/time/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { LogBusyError } from '../log/log-errors.ts';

/** For so long after a failure the log counts as not ready; then it is tried again. */
const REMEMBERED_MS = 5000;
/** How often a log is asked whether it is there, and how long it may take to say so. */
const ASK_MS = 1000;
const ASK_DEADLINE_MS = 5000;

/** Whether the event log takes events: by what became of the appends, and by asking whether it is there. */
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

  /** The log's `append`, watched. */
  readonly append: EventLog['append'] = async (stream, values, keys) => {
    try {
      const appended = await this.#log.append(stream, values, keys);
      this.#failedMs = -Infinity;
      return appended;
    } catch (error) {
      // Busy passes by itself, and says that the log is at work.
      if (!(error instanceof LogBusyError)) this.#failedMs = this.#clock.now();
      throw error;
    }
  };

  /** Asks once, and then again and again. */
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

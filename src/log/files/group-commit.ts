import type { Clock } from '../../core/time/time.ts';
import { LogBusyError, LogClosedError } from '../log-errors.ts';

/** Time, as the log takes it. */
export interface Timing extends Clock {
  /** Calls once, some ms later. @returns what calls it off */
  after(ms: number, call: () => void): () => void;
}

export interface GroupSettings {
  /** How long an append waits for others at most, in ms. */
  readonly maxWaitMs: number;
  /** How large a group becomes at most, unless a single append is larger. */
  readonly maxGroupBytes: number;
  /** How much may wait in memory; beyond it appends are refused. */
  readonly maxQueuedBytes: number;
}

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
  readonly done: (place: number) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Lets what comes at about the same time be written as one group, by one sync. While a group is being
 * written, the next one gathers by itself. Beyond that a group waits until as many have come as had
 * last time, whose senders were just answered and are likely to send again: half as long as a sync
 * takes, and `maxWaitMs` at most. Who is alone never waits.
 */
export class GroupCommit<T> {
  readonly #write: (group: readonly T[]) => Promise<readonly number[]>;
  readonly #settings: GroupSettings;
  readonly #timing: Timing;
  readonly #queue: Waiting<T>[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  #closed = false;
  /** How many the last group had. */
  #expected = 1;
  /** How long writing takes, smoothed, in ms. */
  #writeMs = 0;
  #allCame: (() => void) | undefined;

  /** @param write makes a group durable, and tells for each of its items where it lies */
  constructor(
    write: (group: readonly T[]) => Promise<readonly number[]>,
    settings: GroupSettings,
    timing: Timing,
  ) {
    this.#write = write;
    this.#settings = settings;
    this.#timing = timing;
  }

  /** How much is waiting or being written. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** @throws LogBusyError, LogClosedError at once; what `write` throws */
  async add(item: T, bytes: number): Promise<number> {
    if (this.#closed) throw new LogClosedError();
    const { maxQueuedBytes } = this.#settings;
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > maxQueuedBytes) {
      throw new LogBusyError(
        `${this.#queuedBytes} bytes wait to be written, and at most ${maxQueuedBytes} may`,
      );
    }
    this.#queuedBytes += bytes;
    return new Promise((done, failed) => {
      this.#queue.push({ item, bytes, done, failed });
      if (this.#queue.length >= this.#expected) this.#allCame?.();
      this.#running ??= this.#run();
    });
  }

  /** Writes what waits and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#allCame?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever appends in this turn of the event loop is in the first group.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      await this.#gather();
      await this.#commit(this.#take());
    }
    this.#running = undefined;
  }

  async #gather(): Promise<void> {
    const limit = Math.min(this.#settings.maxWaitMs, this.#writeMs / 2);
    if (this.#closed || limit < 1 || this.#queue.length >= this.#expected) return;
    await new Promise<void>((resolve) => {
      const callOff = this.#timing.after(limit, resolve);
      this.#allCame = () => {
        callOff();
        resolve();
      };
    });
    this.#allCame = undefined;
  }

  #take(): Waiting<T>[] {
    let bytes = 0;
    const tooMany = this.#queue.findIndex((waiting, index) => {
      bytes += waiting.bytes;
      return index > 0 && bytes > this.#settings.maxGroupBytes;
    });
    return this.#queue.splice(0, tooMany < 0 ? this.#queue.length : tooMany);
  }

  async #commit(group: readonly Waiting<T>[]): Promise<void> {
    this.#expected = group.length;
    const start = this.#timing.now();
    try {
      const places = await this.#write(group.map(({ item }) => item));
      for (const [index, { done }] of group.entries()) done(places[index] as number);
    } catch (error) {
      for (const { failed } of group) failed(error);
    }
    const tookMs = Math.max(0, this.#timing.now() - start);
    this.#writeMs = this.#writeMs === 0 ? tookMs : this.#writeMs * 0.8 + tookMs * 0.2;
    for (const { bytes } of group) this.#queuedBytes -= bytes;
  }
}

import type { Clock } from '../../core/time/time.ts';
import { LogBusyError, LogClosedError } from '../log-errors.ts';

/** The clock and the timers that the log uses. */
export interface Timing extends Clock {
  /** Calls `call` once, after some ms. @returns a function that cancels the call */
  after(ms: number, call: () => void): () => void;
}

export interface GroupSettings {
  /** The longest time that an append waits for others, in ms. */
  readonly maxWaitMs: number;
  /** The maximum size of a group, unless a single append is larger. */
  readonly maxGroupBytes: number;
  /** The maximum that may wait in memory; further appends are refused. */
  readonly maxQueuedBytes: number;
}

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
  readonly done: (place: number) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes appends that come at about the same time as one group, with one sync. While a group is being
 * written, the next one gathers by itself. A group waits for as many appends as the last group had, because
 * their senders were just answered and are likely to send again. It waits no longer than half the time of a
 * sync, nor than `maxWaitMs`. A single sender never waits.
 */
export class GroupCommit<T> {
  readonly #write: (group: readonly T[]) => Promise<readonly number[]>;
  readonly #settings: GroupSettings;
  readonly #timing: Timing;
  readonly #queue: Waiting<T>[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  #closed = false;
  /** The size of the last group, in appends. */
  #expected = 1;
  /** The smoothed time that writing a group takes, in ms. */
  #writeMs = 0;
  #allCame: (() => void) | undefined;

  /** @param write makes a group durable, and returns the place of each of its items */
  constructor(
    write: (group: readonly T[]) => Promise<readonly number[]>,
    settings: GroupSettings,
    timing: Timing,
  ) {
    this.#write = write;
    this.#settings = settings;
    this.#timing = timing;
  }

  /** The bytes that wait or are being written. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Adds an item to the next group. @throws LogBusyError, LogClosedError at once; later what `write` throws */
  async add(item: T, bytes: number): Promise<number> {
    if (this.#closed) throw new LogClosedError();
    const { maxQueuedBytes } = this.#settings;
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > maxQueuedBytes) {
      throw new LogBusyError(
        `${this.#queuedBytes} bytes are waiting to be written, and at most ${maxQueuedBytes} are allowed`,
      );
    }
    this.#queuedBytes += bytes;
    return new Promise((done, failed) => {
      this.#queue.push({ item, bytes, done, failed });
      if (this.#queue.length >= this.#expected) this.#allCame?.();
      this.#running ??= this.#run();
    });
  }

  /** Writes what is queued and accepts no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#allCame?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    // Waiting a microtask puts everything appended in this turn of the event loop into the first group.
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

import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogWriteError } from '../log-errors.ts';

/** An append with less time left than this is not sent. */
const SHORTEST_MS = 200;

interface Waiting {
  readonly values: readonly Uint8Array[];
  readonly bytes: number;
  /** By `performance.now()`. */
  readonly deadline: number;
  readonly done: (first: number) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Collects appends into record batches and sends one batch at a time: while one is under way, the next
 * collects. Two batches under way could change their order when the first fails. Kafka stores a record batch
 * whole or not at all, so each append is there whole or not at all.
 */
export class PartitionAppender {
  readonly partition: number;
  readonly #send: (values: readonly Uint8Array[], deadline: number) => Promise<number>;
  readonly #maxBatchBytes: number;
  readonly #queue: Waiting[] = [];
  #running = false;
  #queuedBytes = 0;

  /**
   * @param send makes values durable in order, by a deadline, and returns the position of the first; it
   *   rejects with a TooLargeError where the broker refused the batch for its size
   */
  constructor(
    partition: number,
    send: (values: readonly Uint8Array[], deadline: number) => Promise<number>,
    maxBatchBytes: number,
  ) {
    this.partition = partition;
    this.#send = send;
    this.#maxBatchBytes = maxBatchBytes;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** @returns the position of the first value */
  add(values: readonly Uint8Array[], bytes: number, deadline: number): Promise<number> {
    this.#queuedBytes += bytes;
    return new Promise((done, failed) => {
      this.#queue.push({ values, bytes, deadline, done, failed });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) {
      // Callers that were just answered are likely to append again at once.
      await nextTurn();
      const group = this.#take();
      await this.#append(group);
      for (const { bytes } of group) this.#queuedBytes -= bytes;
    }
    this.#running = false;
  }

  #take(): Waiting[] {
    let bytes = 0;
    const tooMany = this.#queue.findIndex((waiting, index) => {
      bytes += waiting.bytes;
      return index > 0 && bytes > this.#maxBatchBytes;
    });
    return this.#queue.splice(0, tooMany < 0 ? this.#queue.length : tooMany);
  }

  async #append(group: readonly Waiting[]): Promise<void> {
    const soon = performance.now() + SHORTEST_MS;
    const timely = group.filter(({ deadline }) => deadline > soon);
    for (const { deadline, failed } of group) {
      if (deadline <= soon)
        failed(new LogWriteError('the event log is too slow: a batch was never sent to Kafka'));
    }
    const [first] = timely;
    if (!first) return;
    try {
      let next = await this.#send(
        timely.flatMap(({ values }) => values),
        first.deadline,
      );
      for (const { values, done } of timely) {
        done(next);
        next += values.length;
      }
    } catch (error) {
      if (error instanceof TooLargeError && timely.length > 1) {
        const half = timely.length >> 1;
        await this.#append(timely.slice(0, half));
        await this.#append(timely.slice(half));
        return;
      }
      for (const { failed } of timely) failed(error instanceof TooLargeError ? error.cause : error);
    }
  }
}

/** The topic doesn't allow a record batch of this size; nothing was appended. The cause is the error for the caller. */
export class TooLargeError extends Error {}

/**
 * When the requests of an open load are due, for senders that wait for the next one. One turn of the event loop serves
 * all that wait: a promise a turn and sender was so much garbage that its collection paused the load for up to 15 ms,
 * and these pauses were counted as the server's.
 */
export class Pace {
  readonly #startMs = performance.now();
  readonly #gapMs: number;
  readonly #waiting: ((dueMs: number) => void)[] = [];
  #due = 0;

  /** @param rate requests a second */
  constructor(rate: number) {
    this.#gapMs = 1000 / rate;
  }

  /** Waits until the next request is due. @returns when it was due, as `performance.now()` says it */
  next(): Promise<number> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#turn);
    });
  }

  readonly #turn = (): void => {
    while (this.#waiting.length > 0) {
      const dueMs = this.#startMs + this.#due * this.#gapMs;
      if (performance.now() < dueMs) break;
      this.#due++;
      this.#waiting.shift()?.(dueMs);
    }
    if (this.#waiting.length > 0) setImmediate(this.#turn);
  };
}

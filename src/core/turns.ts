import { onAbort } from './abort.ts';

/** A semaphore: a limited number of callers have a turn at the same time, the others wait in order. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param places how many may have a turn at the same time */
  constructor(places: number) {
    this.#free = places;
  }

  /** Waits for a turn. The caller ends its turn by `give`. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const wake = (): void => {
        stop();
        resolve();
      };
      const leave = (): void => {
        stop();
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        reject(signal.reason as Error);
      };
      this.#waiting.push(wake);
      const stop = onAbort(signal, leave);
    });
  }

  /** Yields what a source yields, within one turn. The source is made when the turn begins. */
  async *during<T>(signal: AbortSignal, source: () => AsyncIterable<T>): AsyncGenerator<T> {
    await this.take(signal);
    try {
      yield* source();
    } finally {
      this.give();
    }
  }

  /** Ends a turn. The caller that has waited longest is next. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

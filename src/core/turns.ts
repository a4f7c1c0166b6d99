import { onAbort } from './abort.ts';

/** A limited number of places: whoever finds none free waits, and is served in the order of asking. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param places how many may have a turn at the same time */
  constructor(places: number) {
    this.#free = places;
  }

  /** Resolves when it is the caller's turn, who ends it by `give`. Rejects with the signal's reason. */
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

  /** What a source gives, in one turn: it is asked for when that begins, and its end ends it. */
  async *during<T>(signal: AbortSignal, source: () => AsyncIterable<T>): AsyncGenerator<T> {
    await this.take(signal);
    try {
      yield* source();
    } finally {
      this.give();
    }
  }

  /** Ends a turn: the one who waits longest is next. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

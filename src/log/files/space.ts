import { LogFullError } from '../log-errors.ts';

/** What all partitions of a log hold together, in bytes, with what waits to be written. */
export class Space {
  readonly #maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes what a batch needs. @throws LogFullError where it is too much */
  take(bytes: number): void {
    if (this.#heldBytes + bytes > this.#maxBytes) {
      throw new LogFullError(
        `the event log holds ${this.#heldBytes} bytes, and at most ${this.#maxBytes} are allowed`,
      );
    }
    this.#heldBytes += bytes;
  }

  /** Takes what is there already, or has to be. */
  add(bytes: number): void {
    this.#heldBytes += bytes;
  }

  /** Gives back what was removed, or was never written. */
  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

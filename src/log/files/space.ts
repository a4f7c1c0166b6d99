import { LogFullError } from '../log-errors.ts';

/** Counts the bytes that all partitions of a log hold together, queued appends included. */
export class Space {
  readonly #maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Reserves the bytes of a batch. @throws LogFullError if the log would hold too much */
  take(bytes: number): void {
    if (this.#heldBytes + bytes > this.#maxBytes) {
      throw new LogFullError(
        `the event log holds ${this.#heldBytes} bytes, and at most ${this.#maxBytes} are allowed`,
      );
    }
    this.#heldBytes += bytes;
  }

  /** Counts bytes that are there already or can't be refused. */
  add(bytes: number): void {
    this.#heldBytes += bytes;
  }

  /** Releases bytes that were removed or never written. */
  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

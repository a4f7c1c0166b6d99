/**
 * The reads of one request, which all end when its client goes away. Each has a signal of its own:
 * a signal searches its listeners whenever one is added, and there can be thousands.
 */
export class Reads {
  readonly #gone: AbortSignal;
  readonly #controllers = new Set<AbortController>();

  readonly #abort = (): void => {
    for (const controller of this.#controllers) controller.abort(this.#gone.reason);
  };

  /** @param gone aborted when the client goes away; it is the connection's, and outlives the request */
  constructor(gone: AbortSignal) {
    this.#gone = gone;
  }

  /** Whether nobody waits for the answer any more. */
  get abandoned(): boolean {
    return this.#gone.aborted;
  }

  /** Starts a read at once. */
  async run<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#gone.throwIfAborted();
    const controller = new AbortController();
    if (this.#controllers.size === 0) this.#gone.addEventListener('abort', this.#abort);
    this.#controllers.add(controller);
    try {
      return await read(controller.signal);
    } finally {
      this.#controllers.delete(controller);
      if (this.#controllers.size === 0) this.#gone.removeEventListener('abort', this.#abort);
    }
  }
}

/**
 * The reads of one request. All of them end when the client goes away. Each has its own signal, because a
 * signal searches its listeners whenever one is added, and there can be thousands of reads.
 */
export class Reads {
  readonly #gone: AbortSignal;
  readonly #controllers = new Set<AbortController>();

  readonly #abort = (): void => {
    for (const controller of this.#controllers) controller.abort(this.#gone.reason);
  };

  /**
   * @param gone the signal of the connection, aborted when the client goes away; it lasts longer than the
   * request
   */
  constructor(gone: AbortSignal) {
    this.#gone = gone;
  }

  /** Whether the client went away. */
  get abandoned(): boolean {
    return this.#gone.aborted;
  }

  /** Starts a read immediately. */
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

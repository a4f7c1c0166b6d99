/**
 * The reads of one request, which all end when its client goes away. Each has a signal of its own:
 * a signal searches its listeners whenever one is added, and there can be thousands.
 */
export class Reads {
  readonly #gone: AbortSignal;
  readonly #controllers = new Set<AbortController>();

  /** @param gone aborted when the client goes away */
  constructor(gone: AbortSignal) {
    this.#gone = gone;
    const abort = (): void => {
      for (const controller of this.#controllers) controller.abort(gone.reason);
    };
    gone.addEventListener('abort', abort, { once: true });
  }

  /** Whether nobody waits for the answer any more. */
  get abandoned(): boolean {
    return this.#gone.aborted;
  }

  /** Starts a read at once. */
  async run<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#gone.throwIfAborted();
    const controller = new AbortController();
    this.#controllers.add(controller);
    try {
      return await read(controller.signal);
    } finally {
      this.#controllers.delete(controller);
    }
  }
}

/**
 * Does the same work again and again, never twice at once. Whoever asks while it is under way gets the next run, which all
 * of these share: the one under way may have begun before what they know of.
 */
export class OnceMore {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves after a run that began after this call. @throws what that run throws */
  async run(): Promise<void> {
    if (!this.#running) return this.#start();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  #start(): Promise<void> {
    this.#running = this.#work().finally(() => (this.#running = undefined));
    return this.#running;
  }
}

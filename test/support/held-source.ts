/** A source that gives one batch, then hangs until it is released, and notes what is done to it. */
export class HeldSource<Batch> implements AsyncIterable<Batch>, AsyncIterator<Batch> {
  /** How many batches it was asked for. */
  asked = 0;
  /** How often it was told that no more is wanted. */
  ended = 0;
  /** Resolves when it hangs. */
  readonly hangs: Promise<void>;
  /** Lets it end, as sources do that have no more. */
  release: () => void = () => undefined;
  readonly #batch: Batch;
  readonly #released: Promise<void>;
  #hang: () => void = () => undefined;

  constructor(batch: Batch) {
    this.#batch = batch;
    this.hangs = new Promise((resolve) => (this.#hang = resolve));
    this.#released = new Promise((resolve) => (this.release = resolve));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Batch>> {
    if (++this.asked === 1) return { done: false, value: this.#batch };
    this.#hang();
    await this.#released;
    return { done: true, value: undefined };
  }

  /** Like a generator's, it doesn't settle while `next` is under way. */
  async return(): Promise<IteratorResult<Batch>> {
    this.ended++;
    await this.#released;
    return { done: true, value: undefined };
  }
}

/**
 * Tells whoever keeps an answer that answers may have changed: a table's state changed, the catalogue was
 * replaced, or live counts grew. It doesn't say which answers did.
 */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /**
   * Calls a function after each change, at most as often as changes are announced.
   * @param listener must return at once and not throw
   * @returns ends the calls
   */
  onChange(listener: () => void): () => void {
    // A function of its own, so that one listener can be added twice.
    const called = (): void => listener();
    this.#listeners.add(called);
    return () => void this.#listeners.delete(called);
  }

  /** Announces a change. Those who count live should call it a few times a second at most. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

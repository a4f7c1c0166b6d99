/** How many seconds are kept. */
const SECONDS = 60;

/** How often something happened in each second of the last minute, from totals that only grow. */
export class Minute {
  /** The second that each place is about, in s since 1970, and how often it happened then. */
  readonly #seconds = new Map<number, number>();
  #before: { readonly atMs: number; readonly totals: ReadonlyMap<number, number> } | undefined;

  /**
   * Takes the totals of a moment. What is new is spread over the time since the moment before.
   * @param totals by whatever is counted apart, such as the hour; a number that isn't among those before began at 0
   */
  take(atMs: number, totals: ReadonlyMap<number, number>): void {
    const before = this.#before;
    if (before && atMs <= before.atMs) return;
    this.#before = { atMs, totals };
    if (!before) return;
    let more = 0;
    for (const [key, total] of totals) more += Math.max(0, total - (before.totals.get(key) ?? 0));
    const [first, last] = [Math.floor(before.atMs / 1000) + 1, Math.floor(atMs / 1000)];
    if (last < first) {
      this.#add(last, more);
      return;
    }
    for (let second = Math.max(first, last - SECONDS); second <= last; second++)
      this.#add(second, more / (last - first + 1));
    for (const second of this.#seconds.keys()) if (second <= last - SECONDS) this.#seconds.delete(second);
  }

  /** How often it happened in each second, the newest last; those before the first known one are left out. */
  get seconds(): readonly number[] {
    const last = Math.max(...this.#seconds.keys());
    if (this.#seconds.size === 0) return [];
    const first = Math.min(...this.#seconds.keys());
    return Array.from({ length: last - first + 1 }, (_, i) => this.#seconds.get(first + i) ?? 0);
  }

  clear(): void {
    this.#seconds.clear();
    this.#before = undefined;
  }

  #add(second: number, more: number): void {
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + more);
  }
}

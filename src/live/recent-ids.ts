/** The ids of the newest events, at least as many as it keeps. */
export class RecentIds {
  readonly #keeps: number;
  #newer = new Set<string>();
  #older = new Set<string>();

  constructor(keeps: number) {
    this.#keeps = keeps;
  }

  /** Notes an id. @returns whether it was noted before */
  isRepeat(id: string): boolean {
    if (this.#newer.has(id)) return true;
    const isKnown = this.#older.has(id);
    this.#newer.add(id);
    if (this.#newer.size >= this.#keeps) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    return isKnown;
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
  }
}

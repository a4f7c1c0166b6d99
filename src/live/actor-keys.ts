import type { Ordinal } from '../core/time/time.ts';

/** The keys by which actors are named. */
export class ActorKeys {
  readonly #read: (day: Ordinal) => Promise<Uint8Array | undefined>;
  readonly #random: () => Uint8Array;
  readonly #known = new Map<Ordinal, Uint8Array>();
  readonly #ownKeys = new Map<Ordinal, Uint8Array>();

  /**
   * @param read reads the key of a day in the lake
   * @param random makes a key
   */
  constructor(read: (day: Ordinal) => Promise<Uint8Array | undefined>, random: () => Uint8Array) {
    this.#read = read;
    this.#random = random;
  }

  /** Looks up the keys of some days, and forgets all others. */
  async look(days: readonly Ordinal[]): Promise<void> {
    for (const keys of [this.#known, this.#ownKeys])
      for (const day of keys.keys()) if (!days.includes(day)) keys.delete(day);
    for (const day of days) {
      if (this.#known.has(day)) continue;
      const key = await this.#read(day);
      if (key) this.#known.set(day, key);
    }
  }

  /**
   * The key of a day. Refining makes it with the first views of the day; until then it is one of our own, and what is named by it leaves
   * the memory when those views are there.
   */
  of(day: Ordinal): Uint8Array {
    const key = this.#known.get(day) ?? this.#ownKeys.get(day) ?? this.#random();
    if (!this.#known.has(day)) this.#ownKeys.set(day, key);
    return key;
  }
}

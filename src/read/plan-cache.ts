import { LRUCache } from 'lru-cache';

/** Longer texts, in characters, are planned each time: few people ask so, and each would push many others out. */
const MAX_TEXT = 2000;
/** What an entry takes besides its text and its value: the lists that it is in. */
const ENTRY_BYTES = 200;

/** What was made of a text, while no table changes: spares reading and planning a question again. */
export class PlanCache<Value extends object> {
  readonly #kept: LRUCache<string, Value>;
  #epoch: number | undefined;

  /**
   * @param maxBytes the most that all of it may take
   * @param sizeOf what a value takes, in bytes
   */
  constructor(maxBytes: number, sizeOf: (value: Value) => number) {
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (value, text) => sizeOf(value) + text.length * 2 + ENTRY_BYTES,
    });
  }

  /** @param epoch of the tables: what was made of others is forgotten, with all that it holds of them */
  get(text: string, epoch: number): Value | undefined {
    if (epoch !== this.#epoch) {
      this.#kept.clear();
      this.#epoch = epoch;
    }
    return this.#kept.get(text);
  }

  /** @param epoch of the tables that the value was made of */
  set(text: string, epoch: number, value: Value): void {
    if (text.length <= MAX_TEXT && epoch === this.#epoch) this.#kept.set(text, value);
  }
}

import { LRUCache } from 'lru-cache';

/** Longer keys, in characters, aren't cached: few requests have them, and each would evict many others. */
const MAX_TEXT = 2000;
/** Memory of an entry besides its key and its value, in bytes. */
const ENTRY_BYTES = 200;

/** A cache of plans, or of what follows from them, keyed by the question's text. It is emptied when any table changes. */
export class PlanCache<Value extends object> {
  readonly #kept: LRUCache<string, Value>;
  readonly #maxText: number;
  #epoch: number | undefined;

  /**
   * @param maxBytes the memory that the cache may take
   * @param sizeOf the memory of a value, in bytes
   * @param maxText the maximum length of a key, in characters
   */
  constructor(maxBytes: number, sizeOf: (value: Value) => number, maxText = MAX_TEXT) {
    this.#maxText = maxText;
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (value, text) => sizeOf(value) + text.length * 2 + ENTRY_BYTES,
    });
  }

  /** @param epoch the current epoch of the tables; entries of another one are dropped */
  get(text: string, epoch: number): Value | undefined {
    if (epoch !== this.#epoch) {
      this.#kept.clear();
      this.#epoch = epoch;
    }
    return this.#kept.get(text);
  }

  /** @param epoch the epoch of the tables that the value was made from */
  set(text: string, epoch: number, value: Value): void {
    if (text.length <= this.#maxText && epoch === this.#epoch) this.#kept.set(text, value);
  }
}

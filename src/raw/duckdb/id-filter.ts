/** At most one of some thousand ids that aren't there passes for one that is. */
const BITS_PER_ID = 16;
const PROBES = 6;

/**
 * A Bloom filter of ids, given as hashes of 64 bits in two halves. It never denies an id that was added;
 * others it denies nearly always, so that only few have to be looked for in files.
 */
export class IdFilter {
  readonly #words: Uint32Array;
  readonly #mask: number;
  readonly capacity: number;
  size = 0;

  /** @param capacity for how many ids it is made; more only make it less sharp */
  constructor(capacity: number) {
    const bits = 2 ** Math.ceil(Math.log2(Math.max(capacity, 1024) * BITS_PER_ID));
    this.#words = new Uint32Array(bits / 32);
    this.#mask = bits - 1;
    this.capacity = bits / BITS_PER_ID;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  add(low: number, high: number): void {
    const step = high | 1;
    for (let probe = 0, at = low; probe < PROBES; probe++, at = (at + step) | 0) {
      const bit = at & this.#mask;
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) | (1 << (bit & 31));
    }
    this.size++;
  }

  mayHave(low: number, high: number): boolean {
    const step = high | 1;
    for (let probe = 0, at = low; probe < PROBES; probe++, at = (at + step) | 0) {
      const bit = at & this.#mask;
      if (((this.#words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

/** Numbers that look random and depend on the seed only (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to 1, which isn't reached. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to a limit, which isn't reached. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number between two, both possible. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** A number that follows from another one, evenly spread over 32 bits: the traits of a device by its number. */
export function spread(number: number, salt: number): number {
  let mixed = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Shares of the whole, by which one of several is picked. */
export class Shares {
  readonly #ends: Float64Array;

  /** @param weights how often each is picked, relative to the others */
  constructor(weights: Iterable<number>) {
    this.#ends = Float64Array.from(weights);
    let sum = 0;
    for (let i = 0; i < this.#ends.length; i++) this.#ends[i] = sum += this.#ends[i] as number;
    for (let i = 0; i < this.#ends.length; i++) this.#ends[i] = (this.#ends[i] as number) / sum;
  }

  /** The weights of Zipf's law: the one of rank r is picked 1/(r + 1) times as often as the first. */
  static zipf(length: number): Shares {
    return new Shares(Array.from({ length }, (_, rank) => 1 / (rank + 1)));
  }

  /** @param share from 0 up to 1, which isn't reached */
  at(share: number): number {
    let [low, high] = [0, this.#ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) <= share) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** From where to where the share of one goes. */
  between(place: number): readonly [number, number] {
    return [this.#ends[place - 1] ?? 0, this.#ends[place] as number];
  }
}

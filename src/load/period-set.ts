import type { Ordinal } from '../core/time/time.ts';

/** The number of periods in one piece. */
const PIECE = 1024;

/** A set of periods with one bit each. A file may have twenty years of hours for each of a thousand projects. */
export class PeriodSet {
  readonly #pieces = new Map<number, Uint32Array>();
  #at = NaN;
  #piece: Uint32Array = new Uint32Array();

  add(ordinal: Ordinal): void {
    const at = Math.floor(ordinal / PIECE);
    if (at !== this.#at) {
      let piece = this.#pieces.get(at);
      if (!piece) this.#pieces.set(at, (piece = new Uint32Array(PIECE / 32)));
      this.#at = at;
      this.#piece = piece;
    }
    const place = ordinal - at * PIECE;
    this.#piece[place >> 5]! |= 1 << (place & 31);
  }

  /** Returns the first and last period of each run of consecutive periods, in order. */
  runs(): [first: Ordinal, last: Ordinal][] {
    const runs: [Ordinal, Ordinal][] = [];
    for (const at of [...this.#pieces.keys()].sort((a, b) => a - b)) {
      const piece = this.#pieces.get(at) as Uint32Array;
      for (let place = 0; place < PIECE; place++) {
        if ((piece[place >> 5]! & (1 << (place & 31))) === 0) continue;
        const ordinal = at * PIECE + place;
        const run = runs.at(-1);
        if (run && run[1] === ordinal - 1) run[1] = ordinal;
        else runs.push([ordinal, ordinal]);
      }
    }
    return runs;
  }
}

import type { Editor } from './editors.ts';

/** The size of a text that is hidden: that of the revision before is taken for it. */
export const HIDDEN = -1;
/** There is nothing before it. */
export const NOTHING_BEFORE = -1;
/** It isn't known, or isn't there. */
export const UNKNOWN = -2;

/** So many revisions no page has; they would be some gigabytes here. */
export const MAX_REVISIONS = 30_000_000;
const FEW = 1 << 12;

/**
 * The revisions of one page as columns of numbers, some 40 bytes each, since they stand in a dump in
 * any order: newest first, or with old ones that were imported late.
 */
export class PageRevisions {
  length = 0;
  editors: Editor[] = [];
  /** In ms since 1970. */
  times = new Float64Array(FEW);
  #ids = new Float64Array(FEW);
  #parents = new Float64Array(FEW);
  #sizes = new Float64Array(FEW);
  /** Whether numbers, and times, go up from one to the next. */
  #isAscending = true;
  #byId: Uint32Array | undefined;
  #byTime: { readonly order: Uint32Array; readonly rank: Uint32Array } | undefined;

  /** Forgets the page, and most of the memory of a long one. */
  clear(): void {
    if (this.times.length > FEW * 16) this.#resize(FEW);
    this.length = 0;
    this.editors = [];
    this.#isAscending = true;
    this.#byId = undefined;
    this.#byTime = undefined;
  }

  /**
   * @param parent the number of the revision that it changed; NaN where the dump names none
   * @param time in ms since 1970
   * @param size in bytes; NaN where it isn't known, or HIDDEN
   */
  add(id: number, parent: number, time: number, size: number, editor: Editor): void {
    const at = this.length++;
    if (at === this.times.length) this.#resize(at * 2);
    if (at > 0 && (id <= this.idAt(at - 1) || time < (this.times[at - 1] as number)))
      this.#isAscending = false;
    this.#ids[at] = id;
    this.#parents[at] = parent;
    this.times[at] = time;
    this.#sizes[at] = size;
    this.editors.push(editor);
  }

  idAt(place: number): number {
    return this.#ids[place] as number;
  }

  /** The earliest one: it began the page, unless its parent isn't there. Needs one revision at least. */
  first(): number {
    let first = 0;
    if (!this.#isAscending)
      for (let at = 1; at < this.length; at++) if (this.#compare(at, first) < 0) first = at;
    return first;
  }

  /**
   * The one that a revision changed: its parent, or where the dump names none the one before it in
   * time. NOTHING_BEFORE for the first one, UNKNOWN where its parent isn't there.
   */
  before(place: number): number {
    const parent = this.#parents[place] as number;
    if (!Number.isNaN(parent)) {
      const found = this.#placeOf(parent, place);
      return found === place ? UNKNOWN : found;
    }
    if (this.#isAscending) return place - 1;
    const { order, rank } = (this.#byTime ??= this.#inTime());
    const previous = (rank[place] as number) - 1;
    return previous < 0 ? NOTHING_BEFORE : (order[previous] as number);
  }

  /** The bytes that a revision added; less than 0 where it removed some, NaN where it isn't known. */
  difference(place: number): number {
    const before = this.before(place);
    if (before === UNKNOWN) return NaN;
    const size = this.#size(place);
    return before === NOTHING_BEFORE ? size : size - this.#size(before);
  }

  #size(place: number): number {
    if (this.#sizes[place] !== HIDDEN) return this.#sizes[place] as number;
    const hidden: number[] = [];
    let at = place;
    while (at >= 0 && this.#sizes[at] === HIDDEN) {
      // Two that are each other's parents never come to an end otherwise.
      this.#sizes[at] = NaN;
      hidden.push(at);
      at = this.before(at);
    }
    const size = at >= 0 ? (this.#sizes[at] as number) : NaN;
    for (const one of hidden) this.#sizes[one] = size;
    return size;
  }

  /** Where the revision of this number is; UNKNOWN where it isn't. Mostly it is next to its child. */
  #placeOf(id: number, near: number): number {
    if (near > 0 && this.#ids[near - 1] === id) return near - 1;
    if (near + 1 < this.length && this.#ids[near + 1] === id) return near + 1;
    if (!this.#isAscending) this.#byId ??= this.#places().sort((a, b) => this.idAt(a) - this.idAt(b));
    let low = 0;
    let high = this.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const place = this.#byId ? (this.#byId[middle] as number) : middle;
      const found = this.idAt(place);
      if (found === id) return place;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return UNKNOWN;
  }

  #inTime(): { order: Uint32Array; rank: Uint32Array } {
    const order = this.#places().sort((a, b) => this.#compare(a, b));
    const rank = new Uint32Array(this.length);
    order.forEach((place, index) => (rank[place] = index));
    return { order, rank };
  }

  #places(): Uint32Array {
    return Uint32Array.from({ length: this.length }, (_, place) => place);
  }

  #compare(a: number, b: number): number {
    return (this.times[a] as number) - (this.times[b] as number) || this.idAt(a) - this.idAt(b);
  }

  #resize(length: number): void {
    const resized = (numbers: Float64Array): Float64Array<ArrayBuffer> => {
      const others = new Float64Array(length);
      others.set(numbers.subarray(0, Math.min(length, this.length)));
      return others;
    };
    this.times = resized(this.times);
    this.#ids = resized(this.#ids);
    this.#parents = resized(this.#parents);
    this.#sizes = resized(this.#sizes);
  }
}

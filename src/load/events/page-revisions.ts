import type { Editor } from './editors.ts';

/** The size of a hidden text. The size of the revision before is used instead. */
export const HIDDEN = -1;
/** The place before a page's first revision. */
export const NOTHING_BEFORE = -1;
/** The place of a revision that is missing or unknown. */
export const UNKNOWN = -2;

/** The maximum number of a page's revisions. No page has so many; they would take some gigabytes. */
export const MAX_REVISIONS = 30_000_000;
const INITIAL_LENGTH = 1 << 12;

/**
 * The revisions of one page in columns of numbers, some 40 bytes each. All are kept because a dump has them
 * in any order: newest first, or with old ones that were imported late.
 */
export class PageRevisions {
  length = 0;
  editors: Editor[] = [];
  /** The times of the revisions, in ms since 1970. */
  times = new Float64Array(INITIAL_LENGTH);
  #ids = new Float64Array(INITIAL_LENGTH);
  #parents = new Float64Array(INITIAL_LENGTH);
  #sizes = new Float64Array(INITIAL_LENGTH);
  /** Whether both ids and times increase from each revision to the next. */
  #isAscending = true;
  #byId: Uint32Array | undefined;
  #byTime: { readonly order: Uint32Array; readonly rank: Uint32Array } | undefined;

  /** Forgets the page, and frees most of the memory of a long one. */
  clear(): void {
    if (this.times.length > INITIAL_LENGTH * 16) this.#resize(INITIAL_LENGTH);
    this.length = 0;
    this.editors = [];
    this.#isAscending = true;
    this.#byId = undefined;
    this.#byTime = undefined;
  }

  /**
   * @param parent the id of the revision that it changed; NaN if the dump names none
   * @param time in ms since 1970
   * @param size in bytes; NaN if it is unknown, or HIDDEN
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

  /** Returns the earliest revision, which began the page unless it has a missing parent. Needs at least one revision. */
  first(): number {
    let first = 0;
    if (!this.#isAscending)
      for (let at = 1; at < this.length; at++) if (this.#compare(at, first) < 0) first = at;
    return first;
  }

  /**
   * Returns the revision that another one changed: its parent, or the one before it in time if the dump names
   * no parent. NOTHING_BEFORE for the first one, UNKNOWN if its parent is missing.
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

  /** Returns the bytes that a revision added; negative if it removed some, NaN if it is unknown. */
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
      // Ends the loop for two revisions that name each other as parents.
      this.#sizes[at] = NaN;
      hidden.push(at);
      at = this.before(at);
    }
    const size = at >= 0 ? (this.#sizes[at] as number) : NaN;
    for (const one of hidden) this.#sizes[one] = size;
    return size;
  }

  /** Returns the place of the revision with this id, or UNKNOWN. Usually it is next to its child. */
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

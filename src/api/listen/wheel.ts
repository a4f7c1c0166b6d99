/** Something that is looked at now and then. */
export interface Ticking {
  /** Where it waits. Only the wheel uses it. */
  slot: number;
  /** @returns the time until it wants to be looked at again, in ms; undefined if never */
  tick(now: number, wallMs: number): number | undefined;
}

/** More than the longest time between two looks, in seconds. */
const SLOTS = 64;
const SECOND_MS = 1000;

/** One timer for any number of clients: each is looked at in the second for which it asked. */
export class Wheel {
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Ticking>());
  readonly #wall: () => number;
  #at = 0;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param wall the time of day, in ms since 1970 */
  constructor(wall: () => number) {
    this.#wall = wall;
  }

  /** @param waitMs the time until the first look */
  add(one: Ticking, waitMs: number): void {
    this.#put(one, waitMs);
    this.#timer ??= setInterval(() => this.#turn(), SECOND_MS).unref();
  }

  remove(one: Ticking): void {
    if (this.#slots[one.slot]?.delete(one)) this.#count--;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    this.#at = (this.#at + 1) % SLOTS;
    const due = this.#slots[this.#at] as Set<Ticking>;
    this.#slots[this.#at] = new Set();
    this.#count -= due.size;
    const now = performance.now();
    const wallMs = this.#wall();
    for (const one of due) {
      const waitMs = one.tick(now, wallMs);
      if (waitMs !== undefined) this.#put(one, waitMs);
    }
    if (this.#count > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #put(one: Ticking, waitMs: number): void {
    // A look that comes a little early would wait for another second.
    const slots = Math.min(Math.max(Math.round(waitMs / SECOND_MS), 1), SLOTS - 1);
    one.slot = (this.#at + slots) % SLOTS;
    (this.#slots[one.slot] as Set<Ticking>).add(one);
    this.#count++;
  }
}

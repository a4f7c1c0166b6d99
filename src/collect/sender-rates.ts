import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DAY_MS, type Clock } from '../core/time/time.ts';

const MINUTE_MS = 60_000;
/** How many senders are remembered: those that were heard of longest ago are forgotten first. */
const SENDERS = 100_000;

interface Allowance {
  left: number;
  atMs: number;
}

/**
 * How many events each sender may still send. A sender is known by the HMAC of its address, with a key
 * that is drawn anew every day and is nowhere but in memory: whoever sees this memory learns no
 * addresses, and nobody is followed from one day to the next.
 */
export class SenderRates {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #newKey: () => Buffer;
  readonly #allowances = new LRUCache<string, Allowance>({ max: SENDERS });
  #key: Buffer;
  #day: number;

  /** @param newKey gives 32 random bytes */
  constructor(perMinute: number, clock: Clock, newKey: () => Buffer) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#newKey = newKey;
    this.#key = newKey();
    this.#day = Math.floor(clock.now() / DAY_MS);
  }

  /**
   * Takes what some events cost from an address's allowance, all or nothing.
   * @returns after how many seconds it may try again, where it has too little left; undefined else
   */
  take(address: string, events: number): number | undefined {
    const now = this.#clock.now();
    const day = Math.floor(now / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#key = this.#newKey();
      this.#allowances.clear();
    }
    const sender = createHmac('sha256', this.#key).update(address).digest('base64url');
    const known = this.#allowances.get(sender);
    const perMs = this.#perMinute / MINUTE_MS;
    const left = known
      ? Math.min(this.#perMinute, known.left + Math.max(0, now - known.atMs) * perMs)
      : this.#perMinute;
    // A batch that is larger than a minute's allowance takes all of it.
    const cost = Math.min(events, this.#perMinute);
    const isEnough = left >= cost;
    this.#allowances.set(sender, { left: isEnough ? left - cost : left, atMs: now });
    return isEnough ? undefined : Math.ceil((cost - left) / perMs / 1000);
  }
}

import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DAY_MS, type Clock } from '../core/time/time.ts';

const MINUTE_MS = 60_000;
/** The maximum number of senders that are remembered. The least recent are forgotten first. */
const SENDERS = 100_000;

interface Allowance {
  left: number;
  atMs: number;
}

/**
 * How many events each sender may still send. A sender is known by the HMAC of its address. The key changes
 * every day and exists only in memory, so that the memory reveals no addresses, and nobody is followed from one day
 * to the next.
 */
export class SenderRates {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #newKey: () => Buffer;
  readonly #allowances = new LRUCache<string, Allowance>({ max: SENDERS });
  #key: Buffer;
  #day: number;

  /** @param newKey returns 32 random bytes */
  constructor(perMinute: number, clock: Clock, newKey: () => Buffer) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#newKey = newKey;
    this.#key = newKey();
    this.#day = Math.floor(clock.now() / DAY_MS);
  }

  /**
   * Takes the cost of some events from an address's allowance, all or nothing.
   * @returns the seconds after which the sender may try again; undefined if the allowance was enough
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
    // A batch that is larger than the allowance of a minute takes all of it.
    const cost = Math.min(events, this.#perMinute);
    const isEnough = left >= cost;
    this.#allowances.set(sender, { left: isEnough ? left - cost : left, atMs: now });
    return isEnough ? undefined : Math.ceil((cost - left) / perMs / 1000);
  }
}

import { Problem } from '../../core/problem.ts';

export interface AdmissionBounds {
  /** The most requests under way. */
  readonly all: number;
  /** The most requests of one client under way. */
  readonly perClient: number;
}

/** When a refused client should come back, in seconds. */
const RETRY_AFTER_S = 2;

/**
 * Bounds the work that waits. Requests are refused when too many are under way, never because the
 * machine is slow: whoever asks one question at a time is always answered.
 */
export class Admission {
  readonly #bounds: AdmissionBounds;
  readonly #byClient = new Map<string, number>();
  #all = 0;

  constructor(bounds: AdmissionBounds) {
    this.#bounds = bounds;
  }

  /** How many requests are under way. */
  get underWay(): number {
    return this.#all;
  }

  /**
   * Admits a request. The caller calls `leave` once when it is over, however it ends.
   * @param client who asks, such as an IP address
   * @throws Problem too-many-requests or unavailable
   */
  enter(client: string): void {
    const own = this.#byClient.get(client) ?? 0;
    if (own >= this.#bounds.perClient)
      throw new Problem(
        'too-many-requests',
        `You have ${own} requests under way, and may have ${this.#bounds.perClient} at a time. Wait for answers before you ask more.`,
        { retryAfterS: RETRY_AFTER_S },
      );
    if (this.#all >= this.#bounds.all)
      throw new Problem('unavailable', 'There are more requests than can be answered at the moment.', {
        retryAfterS: RETRY_AFTER_S,
      });
    this.#byClient.set(client, own + 1);
    this.#all++;
  }

  leave(client: string): void {
    this.#all--;
    const own = this.#byClient.get(client) ?? 0;
    if (own > 1) this.#byClient.set(client, own - 1);
    else this.#byClient.delete(client);
  }
}

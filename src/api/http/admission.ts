import { Problem } from '../../core/problem.ts';
import { type ClientBounds, ClientCounts } from './client-counts.ts';

/** The Retry-After of a refused client, in seconds. */
const RETRY_AFTER_S = 2;

/**
 * Limits the number of concurrent requests. A request is refused only if too many are running, never
 * because the machine is slow: a client that asks one question at a time is always answered.
 */
export class Admission {
  readonly #bounds: ClientBounds;
  readonly #counts: ClientCounts;

  constructor(bounds: ClientBounds) {
    this.#bounds = bounds;
    this.#counts = new ClientCounts(bounds);
  }

  /** The number of running requests. */
  get underWay(): number {
    return this.#counts.all;
  }

  /**
   * Admits a request. The caller must call `leave` once when the request ends, even if it fails.
   * @param client identifies the client, such as its IP address
   * @throws Problem too-many-requests or unavailable
   */
  enter(client: string): void {
    const reached = this.#counts.add(client);
    if (reached === 'perClient')
      throw new Problem(
        'too-many-requests',
        `You have ${this.#bounds.perClient} running requests, and at most ${this.#bounds.perClient} are allowed. Wait for answers before you send more.`,
        { retryAfterS: RETRY_AFTER_S },
      );
    if (reached === 'all')
      throw new Problem('unavailable', 'The server has too many requests at the moment.', {
        retryAfterS: RETRY_AFTER_S,
      });
  }

  /** Whether one more request of a client would be admitted. */
  hasRoom(client: string): boolean {
    return this.#counts.reached(client) === undefined;
  }

  leave(client: string): void {
    this.#counts.remove(client);
  }
}

/** A request that was admitted, until it ends. */
export class Admitted {
  readonly #admission: Admission;
  readonly #client: string;
  #isIn = true;
  #isLong = false;

  /** @throws as `Admission.enter` */
  constructor(admission: Admission, client: string) {
    admission.enter(client);
    this.#admission = admission;
    this.#client = client;
  }

  /** Whether its answer goes on for long, so that it isn't counted with the others. */
  get isLong(): boolean {
    return this.#isLong;
  }

  /** Makes room for others, because the answer will go on for long. */
  stay(): void {
    this.#isLong = true;
    this.leave();
  }

  leave(): void {
    if (!this.#isIn) return;
    this.#isIn = false;
    this.#admission.leave(this.#client);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    admitted: Admitted | null;
  }
}

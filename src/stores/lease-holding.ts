import type { Lease } from '../core/lease.ts';

/** The lease that a handle on a store holds, one at a time, until the handle closes. */
export class LeaseHolding<Held extends Lease> {
  readonly #closed = new AbortController();
  readonly #refusal: () => Error;
  #current: Held | undefined;

  /** @param refusal makes the error for callers that wait for the lease or request it when the handle closes */
  constructor(refusal: () => Error) {
    this.#refusal = refusal;
  }

  /** Undefined while the handle holds no lease. */
  get current(): Held | undefined {
    return this.#current;
  }

  /**
   * Waits for the lease, as long as the signal allows and the handle is open.
   * @param acquire waits for the engine's lease; its errors go to the caller
   */
  async take(acquire: (patience: AbortSignal) => Promise<Held>, signal: AbortSignal): Promise<Lease> {
    const patience = AbortSignal.any([signal, this.#closed.signal]);
    const lease = await acquire(patience).catch((error: unknown) => {
      this.#assertOpen();
      throw error;
    });
    if (this.#closed.signal.aborted) {
      await lease.release();
      this.#assertOpen();
    }
    this.#current = lease;
    return {
      release: async () => {
        this.#forget(lease);
        await lease.release();
      },
    };
  }

  /** Refuses the lease to everyone from now on. */
  close(): void {
    this.#closed.abort();
  }

  /** Releases the lease, if one is held. */
  async release(): Promise<void> {
    const lease = this.#current;
    this.#current = undefined;
    await lease?.release();
  }

  #forget(lease: Held): void {
    if (this.#current === lease) this.#current = undefined;
  }

  #assertOpen(): void {
    if (this.#closed.signal.aborted) throw this.#refusal();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, LeaseHeldError } from '../../core/engine-error.ts';
import { heldHere, type Holder, holderHere, HolderWatch } from '../../files/lease-holder.ts';
import { hbaseError } from './call-error.ts';
import { FREE, type StoreRow } from './store-row.ts';

const POLL_MS = 200;
const HEARTBEAT_MS = 2_000;
/** The timeout of a heartbeat, in ms. */
const HEARTBEAT_CALL_MS = 5_000;
/** A holder counts as dead when its heartbeat hasn't changed for this long, in ms. */
const TERM_MS = 15_000;
/** A holder stops writing when its own heartbeats have failed for this long, in ms: others will soon take over. */
const FRESH_MS = 10_000;

/**
 * The right to publish. It is held while the column `lease` of the store's row has this text. HBase compares
 * the text when a publication begins and when it commits, so that a lost lease is refused.
 */
export class HbaseLease {
  /** The text of the column. */
  readonly text: string;
  readonly #row: StoreRow;
  readonly #nonce: string;
  readonly #timer: NodeJS.Timeout;
  #beats = 0;
  #beating = false;
  /** The time at which the last successful heartbeat was sent. */
  #fresh: number;
  #lost = false;

  constructor(row: StoreRow, holder: Holder, sentAt: number) {
    this.#row = row;
    this.text = JSON.stringify(holder);
    this.#nonce = holder.nonce;
    this.#fresh = sentAt;
    heldHere.add(holder.nonce);
    this.#timer = setInterval(() => void this.#beat(), HEARTBEAT_MS).unref();
  }

  /**
   * Checks that the lease may still be used for writing. Costs nothing while heartbeats succeed.
   * @throws EngineError when it was released or lost
   */
  async assertHeld(): Promise<void> {
    // After the process stood still, the lease may still be held, so a heartbeat is tried first.
    if (this.#stale()) await this.#beat();
    if (this.#lost || !heldHere.has(this.#nonce) || this.#stale()) throw leaseLost();
  }

  /** Stops writing under the lease, without releasing it. */
  forsake(): void {
    this.#lost = true;
  }

  /**
   * Releases the lease. Other writers can take the lease at once, or after its term if HBase doesn't answer.
   */
  async release(): Promise<void> {
    if (!heldHere.has(this.#nonce)) return;
    clearInterval(this.#timer);
    try {
      await this.#row.writeIfLeased(this.text, { lease: FREE }, undefined, HEARTBEAT_CALL_MS);
    } finally {
      heldHere.delete(this.#nonce);
    }
  }

  #stale(): boolean {
    return performance.now() - this.#fresh > FRESH_MS;
  }

  async #beat(): Promise<void> {
    if (this.#beating || this.#lost) return;
    this.#beating = true;
    const sentAt = performance.now();
    try {
      const heartbeat = `${++this.#beats}`;
      const kept = await this.#row.writeIfLeased(this.text, { heartbeat }, undefined, HEARTBEAT_CALL_MS);
      if (kept) this.#fresh = sentAt;
      else this.#lost = true;
    } catch (error) {
      // The next heartbeat may succeed; if none does, `assertHeld` refuses.
      if (!(error instanceof EngineError)) throw error;
    } finally {
      this.#beating = false;
    }
  }
}

export function leaseLost(): EngineError {
  return hbaseError('the lease was released, or lost because this process or HBase stood still for too long');
}

/**
 * Waits for the lease.
 * @throws LeaseHeldError, naming the holder, when the signal is aborted first
 * @throws EngineError
 */
export async function acquireLease(row: StoreRow, holder: string, signal: AbortSignal): Promise<HbaseLease> {
  const own = holderHere(holder);
  const watch = new HolderWatch(TERM_MS);
  let other: string | undefined;
  try {
    await row.make(signal);
    for (;;) {
      const { lease = FREE, heartbeat = '' } = await row.columns(['lease', 'heartbeat'], signal);
      if (lease === FREE || watch.isDead('lease', JSON.parse(lease) as Holder, heartbeat)) {
        const taken = await take(row, own, lease);
        if (taken) return taken;
      } else {
        other = (JSON.parse(lease) as Holder).holder;
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    if (error instanceof EngineError || !signal.aborted || other === undefined) throw error;
    throw new LeaseHeldError(other);
  }
}

/** Takes the lease if it is still as seen. An attempt with an unknown outcome is undone. */
async function take(row: StoreRow, own: Holder, seen: string): Promise<HbaseLease | undefined> {
  const text = JSON.stringify(own);
  const sentAt = performance.now();
  try {
    const taken = await row.writeIfLeased(
      seen,
      { lease: text, heartbeat: '0' },
      undefined,
      HEARTBEAT_CALL_MS,
    );
    return taken ? new HbaseLease(row, own, sentAt) : undefined;
  } catch (error) {
    row.writeIfLeased(text, { lease: FREE }).catch(() => undefined);
    throw error;
  }
}

import { timeLimitOf } from '../core/abort.ts';
import { EngineError, LeaseHeldError } from '../core/engine-error.ts';
import type { Lease } from '../core/lease.ts';
import type { Clock } from '../core/time/time.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** The engines that are written to, and how long to wait for another writer. */
export interface Writer {
  readonly warehouse: Warehouse;
  /** The store to which metrics with home `series` are published; undefined publishes nothing. */
  readonly store: SeriesStore | undefined;
  /** Names this writer, its command and place, to others that find the lease taken. */
  readonly holder: string;
  /** How long to wait for another writer, in ms. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** The system's clock by default. */
  readonly clock?: Clock;
  /** Called once with the current holder if waiting takes a while. */
  readonly onWait?: (holder: string) => void;
}

/** How long waiting lasts before `onWait` is called, in ms. */
const QUIET_MS = 1000;

/**
 * Runs work while nobody else writes to the warehouse or publishes to the store.
 * @throws LeaseHeldError when another writer holds the lease for longer than `waitMs`; EngineError
 */
export async function withLease<Result>(writer: Writer, work: () => Promise<Result>): Promise<Result> {
  const { warehouse, store, waitMs, signal } = writer;
  signal.throwIfAborted();
  const patience = timeLimitOf(signal, waitMs);
  const leases: Lease[] = [];
  try {
    // All writers take the leases in this order, so that no two wait for each other.
    for (const engine of store ? [warehouse, store] : [warehouse]) {
      leases.push(await leaseOf(engine, writer, patience.signal));
    }
  } catch (error) {
    await release(leases);
    signal.throwIfAborted();
    if (error !== patience.signal.reason) throw error;
    throw new EngineError('lease', `no engine answered within ${waitMs} ms`, { cause: error });
  } finally {
    patience.end();
  }
  try {
    return await work();
  } finally {
    await release(leases);
  }
}

/** Waits for a lease, and after a while reports its holder. */
async function leaseOf(
  engine: Pick<Warehouse | SeriesStore, 'lease'>,
  { holder, waitMs, onWait }: Writer,
  signal: AbortSignal,
): Promise<Lease> {
  if (onWait && waitMs > QUIET_MS) {
    const quiet = timeLimitOf(signal, QUIET_MS);
    try {
      return await engine.lease(holder, quiet.signal);
    } catch (error) {
      const isLate = !signal.aborted && quiet.signal.aborted;
      if (!isLate) throw error;
      if (error instanceof LeaseHeldError) onWait(error.holder);
    } finally {
      quiet.end();
    }
  }
  return engine.lease(holder, signal);
}

/** Releases the leases. Failures are ignored, because the lease of an unreachable engine ends after its term. */
async function release(leases: readonly Lease[]): Promise<void> {
  await Promise.allSettled([...leases].reverse().map((lease) => lease.release()));
}

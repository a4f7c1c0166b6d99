import { timeLimitOf } from '../core/abort.ts';
import { EngineError, LeaseHeldError } from '../core/engine-error.ts';
import type { Lease } from '../core/lease.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** Who writes, and how long to wait for somebody else who does. */
export interface Writer {
  readonly warehouse: Warehouse;
  /** Where metrics with home `series` are published to; undefined: nowhere. */
  readonly store: SeriesStore | undefined;
  /** For whoever finds the lease taken: what is at work, where. */
  readonly holder: string;
  /** How long to wait for another writer, in ms. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Told, once, who is waited for, where that takes a while. */
  readonly onWait?: (holder: string) => void;
}

/** So long nobody is told that they wait, in ms. */
const QUIET_MS = 1000;

/**
 * Works while nobody else writes to the warehouse or publishes to the store.
 * @throws LeaseHeldError when another writer is at work for longer than `waitMs`; EngineError
 */
export async function withLease<Result>(writer: Writer, work: () => Promise<Result>): Promise<Result> {
  const { warehouse, store, waitMs, signal } = writer;
  signal.throwIfAborted();
  const patience = timeLimitOf(signal, waitMs);
  const leases: Lease[] = [];
  try {
    // In the same order everywhere, so that no two writers wait for each other.
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

/** Waits quietly for a while, and then says for whom. */
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

/** Gives them back. One whose engine is away is followed after its term: the work's own end counts more. */
async function release(leases: readonly Lease[]): Promise<void> {
  await Promise.allSettled([...leases].reverse().map((lease) => lease.release()));
}

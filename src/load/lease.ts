import type { Warehouse } from '../warehouses/warehouse.ts';

/** Who writes, and how long to wait for somebody else who does. */
export interface Writer {
  readonly warehouse: Warehouse;
  /** For whoever finds the lease taken: what is at work, where. */
  readonly holder: string;
  /** How long to wait for another writer, in ms. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Works while nobody else writes.
 * @throws LeaseHeldError when another writer is at work for longer than `waitMs`
 */
export async function withLease<Result>(writer: Writer, work: () => Promise<Result>): Promise<Result> {
  const { warehouse, holder, waitMs, signal } = writer;
  signal.throwIfAborted();
  const patience = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  const lease = await warehouse.lease(holder, patience).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

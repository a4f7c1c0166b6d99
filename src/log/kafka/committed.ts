import { isAbort, type FetchedBatch } from './record-batch.ts';
import type { AbortedTransaction } from './wire.ts';

/**
 * Tells which of the batches of one answer count: not those of transactions that were aborted, nor
 * the marks of transactions' ends. The broker names, for the range that it answers with, each aborted
 * transaction by its producer and where it starts; it ends at that producer's next mark. A producer
 * may have several in one answer, and one may have begun before it.
 */
export class CommittedOnly {
  /** Not begun yet, by where they start. */
  readonly #ahead: AbortedTransaction[];
  /** Whose records don't count at this point. */
  readonly #aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => a.first - b.first);
  }

  /** To be asked of each batch, in their order. */
  counts(batch: FetchedBatch): boolean {
    while (this.#ahead[0] && this.#ahead[0].first <= batch.last) {
      this.#aborting.add((this.#ahead.shift() as AbortedTransaction).producerId);
    }
    if (batch.isControl) {
      if (isAbort(batch)) this.#aborting.delete(batch.producerId);
      return false;
    }
    return !(batch.isTransactional && this.#aborting.has(batch.producerId));
  }
}

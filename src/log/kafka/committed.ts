import { isAbort, type FetchedBatch } from './record-batch.ts';
import type { AbortedTransaction } from './wire.ts';

/**
 * Tells which batches of one answer count: not those of aborted transactions, nor the markers of transactions'
 * ends. For the range of the answer, the broker lists each aborted transaction by its producer and its first
 * offset; it ends at that producer's next marker. A producer may have several in one answer, and one may have
 * begun before the answer's range.
 */
export class CommittedOnly {
  /** The aborted transactions that begin later, by their first offset. */
  readonly #ahead: AbortedTransaction[];
  /** The producers inside an aborted transaction. */
  readonly #aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => a.first - b.first);
  }

  /** Must be called for each batch, in order. */
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

import { LRUCache } from 'lru-cache';
import type { Entries } from '../core/question/answer.ts';
import type { SeriesCell } from '../core/cell/cell.ts';

/** A decoded cell; null if the store has no such cell, which is cached, too. */
export type Decoded = SeriesCell | Entries | null;

interface Entry {
  readonly cell: Decoded;
}

/** Memory of an entry besides its cell and the characters of its name, in bytes. */
const ENTRY_BYTES = 300;

/**
 * A cache of decoded cells, bounded by the memory that it really holds. The numbers of several cells share
 * one ArrayBuffer, which is kept in memory as long as one of these cells is. So the whole ArrayBuffer is
 * counted, and only once.
 */
export class CellCache {
  readonly #maxBytes: number;
  readonly #cells: LRUCache<string, Entry>;
  /** The number of arrays of cached cells in each buffer. */
  readonly #pieces = new Map<ArrayBufferLike, number>();
  #pieceBytes = 0;

  /** @param maxBytes the memory that the cache may take; 0 turns it off */
  constructor(maxBytes: number) {
    this.#maxBytes = Math.max(maxBytes, 1);
    this.#cells = new LRUCache({
      maxSize: this.#maxBytes,
      sizeCalculation: ({ cell }, name) => ENTRY_BYTES + name.length * 2 + sizeOf(cell),
      dispose: ({ cell }) => this.#release(cell),
    });
  }

  get usage(): { bytes: number; cells: number } {
    return { bytes: this.#bytes, cells: this.#cells.size };
  }

  get #bytes(): number {
    return this.#cells.calculatedSize + this.#pieceBytes;
  }

  get(name: string): Entry | undefined {
    return this.#cells.get(name);
  }

  set(name: string, cell: Decoded): void {
    const entry = { cell };
    this.#cells.set(name, entry);
    // The cache refuses a cell that is larger than the whole cache.
    if (this.#cells.peek(name) !== entry) return;
    this.#hold(cell);
    while (this.#bytes > this.#maxBytes) this.#cells.pop();
  }

  #hold(cell: Decoded): void {
    for (const { buffer } of numbersOf(cell)) {
      const arrays = this.#pieces.get(buffer) ?? 0;
      if (arrays === 0) this.#pieceBytes += buffer.byteLength;
      this.#pieces.set(buffer, arrays + 1);
    }
  }

  #release(cell: Decoded): void {
    for (const { buffer } of numbersOf(cell)) {
      const arrays = (this.#pieces.get(buffer) ?? 0) - 1;
      if (arrays > 0) this.#pieces.set(buffer, arrays);
      else if (this.#pieces.delete(buffer)) this.#pieceBytes -= buffer.byteLength;
    }
  }
}

function numbersOf(cell: Decoded): readonly Float64Array[] {
  return cell !== null && 'presence' in cell ? cell.measures : [];
}

/** The memory of a cell in bytes, without the buffers of its numbers. */
function sizeOf(cell: Decoded): number {
  if (cell === null) return 0;
  if ('presence' in cell) return 200 + cell.presence.length + 150 * cell.measures.length;
  const { length, dimensions, measures } = cell;
  const letters = dimensions.reduce((sum, texts) => texts.reduce((all, { length }) => all + length, sum), 0);
  return 200 + length * (16 + 48 * dimensions.length + 16 * measures.length) + 2 * letters;
}

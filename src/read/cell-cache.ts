import { LRUCache } from 'lru-cache';
import type { Entries } from '../core/question/answer.ts';
import type { SeriesCell } from '../core/cell/cell.ts';

/** A decoded cell; null where the store has none, which is worth remembering too. */
export type Decoded = SeriesCell | Entries | null;

interface Entry {
  readonly cell: Decoded;
}

/** What an entry takes besides its cell and the letters of its name. */
const ENTRY_BYTES = 300;

/**
 * Decoded cells, bounded by the bytes that are really held. Numbers of several cells lie in one piece
 * of memory, which stays as long as any of them does: it counts whole, and once.
 */
export class CellCache {
  readonly #maxBytes: number;
  readonly #cells: LRUCache<string, Entry>;
  /** How many arrays of kept cells lie in each piece of memory. */
  readonly #pieces = new Map<ArrayBufferLike, number>();
  #pieceBytes = 0;

  /** @param maxBytes the most that all of it may take; 0 keeps nothing */
  constructor(maxBytes: number) {
    this.#maxBytes = Math.max(maxBytes, 1);
    this.#cells = new LRUCache({
      maxSize: this.#maxBytes,
      sizeCalculation: ({ cell }, name) => ENTRY_BYTES + name.length * 2 + sizeOf(cell),
      dispose: ({ cell }) => this.#release(cell),
    });
  }

  /** Bytes that are held, and how many cells. */
  get usage(): { bytes: number; cells: number } {
    return { bytes: this.#bytes, cells: this.#cells.size };
  }

  get #bytes(): number {
    return this.#cells.calculatedSize + this.#pieceBytes;
  }

  /** Undefined where it isn't kept. */
  get(name: string): Entry | undefined {
    return this.#cells.get(name);
  }

  set(name: string, cell: Decoded): void {
    const entry = { cell };
    this.#cells.set(name, entry);
    // One that is larger than all there is room for isn't kept.
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

/** In bytes, without the pieces of memory that its numbers lie in. */
function sizeOf(cell: Decoded): number {
  if (cell === null) return 0;
  if ('presence' in cell) return 200 + cell.presence.length + 150 * cell.measures.length;
  const { length, dimensions, measures } = cell;
  const letters = dimensions.reduce((sum, texts) => texts.reduce((all, { length }) => all + length, sum), 0);
  return 200 + length * (16 + 48 * dimensions.length + 16 * measures.length) + 2 * letters;
}

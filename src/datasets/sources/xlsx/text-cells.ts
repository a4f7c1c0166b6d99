import type { HeldAsText } from '../row-source.ts';
import type { SheetRow } from './sheet-rows.ts';

/** The cells of each column that are texts with digits, where the column may have numbers or dates. */
export class TextCells {
  readonly #names: readonly string[];
  readonly #places: readonly number[];
  readonly #seen = new Map<string, { column: string; count: number; first: number; example: string }>();

  /** @param places the places in a row of the columns with these names */
  constructor(names: readonly string[], places: readonly number[]) {
    this.#names = names;
    this.#places = places;
  }

  add({ number, cells, texts }: SheetRow): void {
    for (const place of texts) {
      const column = this.#names[this.#places.indexOf(place)];
      if (column === undefined) continue;
      const seen = this.#seen.get(column);
      if (seen) seen.count++;
      else this.#seen.set(column, { column, count: 1, first: number, example: String(cells[place]) });
    }
  }

  get all(): readonly HeldAsText[] {
    return [...this.#seen.values()];
  }
}

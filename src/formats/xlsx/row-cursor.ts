import type { SheetRows } from '../sheet.ts';

/** Rows `from` to `to`, which is no longer one, of some columns. */
export interface Slice extends Pick<SheetRows, 'columns'> {
  readonly from: number;
  readonly to: number;
}

/** Takes rows from a source in pieces of any size. */
export class RowCursor {
  readonly #source: AsyncIterator<SheetRows> | Iterator<SheetRows>;
  #batch: SheetRows = { length: 0, columns: [] };
  #at = 0;
  #ended = false;

  constructor(rows: AsyncIterable<SheetRows> | Iterable<SheetRows>) {
    this.#source = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  }

  /** Whether there is another row. */
  async hasMore(): Promise<boolean> {
    while (this.#at >= this.#batch.length) {
      if (this.#ended) return false;
      const step = await this.#source.next();
      if (step.done) this.#ended = true;
      else {
        this.#batch = step.value;
        this.#at = 0;
      }
    }
    return true;
  }

  /** The next rows; undefined at the end. @param most the maximum number of rows */
  async next(most: number): Promise<Slice | undefined> {
    if (!(await this.hasMore())) return undefined;
    const from = this.#at;
    this.#at = Math.min(from + most, this.#batch.length);
    return { columns: this.#batch.columns, from, to: this.#at };
  }

  /** Ends the source, if it hasn't ended. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }
}

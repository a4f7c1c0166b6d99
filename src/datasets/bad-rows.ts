import type { Rows } from '../core/metric/table.ts';
import { BadRowError } from '../load/bad-row.ts';

/** So many rows are told of one column, and of a whole file; the others are counted. */
const MOST_OF_COLUMN = 5;
const MOST_TOLD = 50;
/** So many columns of others are named. */
const MOST_NAMED = 5;

/** What is wrong with the rows of a file: all of it, told as far as somebody reads on. */
export class BadRowsError extends Error {
  readonly rows: readonly BadRowError[];
  /** How many there are besides, as a phrase; undefined where all are told. */
  readonly more: string | undefined;

  constructor(rows: readonly BadRowError[], more: string | undefined) {
    super([...rows.map(({ message }) => message), ...(more === undefined ? [] : [more])].join('\n'));
    this.name = 'BadRowsError';
    this.rows = rows;
    this.more = more;
  }
}

/** Gathers what is wrong with the rows of a file, in bounded memory. */
export class BadRows {
  readonly #told: BadRowError[] = [];
  /** How many there are of each column. */
  readonly #counts = new Map<string | undefined, number>();
  readonly #untold = new Map<string | undefined, number>();

  readonly add = (row: BadRowError): void => {
    const { field } = row;
    const count = this.#counts.get(field) ?? 0;
    this.#counts.set(field, count + 1);
    if (count < MOST_OF_COLUMN && this.#told.length < MOST_TOLD) this.#told.push(row);
    else this.#untold.set(field, (this.#untold.get(field) ?? 0) + 1);
  };

  /**
   * The rows, as long as none is bad: those of a file with bad ones are not taken.
   * @throws BadRowsError at the end, with all that is wrong
   */
  async *over(rows: AsyncIterable<Rows>): AsyncGenerator<Rows> {
    try {
      for await (const batch of rows) if (this.#told.length === 0) yield batch;
    } catch (error) {
      if (!(error instanceof BadRowError)) throw error;
      this.add(error);
    }
    if (this.#told.length > 0) throw new BadRowsError(this.#told, this.#more());
  }

  #more(): string | undefined {
    const columns = [...this.#untold];
    if (columns.length === 0) return undefined;
    const named = columns
      .slice(0, MOST_NAMED)
      .map(([field, count]) => `${field ?? 'the whole row'} (${count})`);
    const others = columns.length > MOST_NAMED ? ', and others' : '';
    return `and ${columns.reduce((sum, [, count]) => sum + count, 0)} more: ${named.join(', ')}${others}`;
  }
}

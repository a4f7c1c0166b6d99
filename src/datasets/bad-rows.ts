import type { Rows } from '../core/metric/table.ts';
import { BadRowError } from '../load/bad-row.ts';

/** The maximum number of rows reported for one column, and for a whole file. Others are counted. */
const MAX_PER_COLUMN = 5;
const MAX_REPORTED = 50;
/** The maximum number of columns named when rows are only counted. */
const MAX_NAMED = 5;

/** The bad rows of a file, up to the number that somebody reads. */
export class BadRowsError extends Error {
  readonly rows: readonly BadRowError[];
  /** A phrase that counts the rows left out; undefined if all are reported. */
  readonly more: string | undefined;

  constructor(rows: readonly BadRowError[], more: string | undefined) {
    super([...rows.map(({ message }) => message), ...(more === undefined ? [] : [more])].join('\n'));
    this.name = 'BadRowsError';
    this.rows = rows;
    this.more = more;
  }
}

/** Collects the bad rows of a file, in bounded memory. */
export class BadRows {
  readonly #reported: BadRowError[] = [];
  /** The number of bad rows by column. */
  readonly #counts = new Map<string | undefined, number>();
  readonly #unreported = new Map<string | undefined, number>();

  readonly add = (row: BadRowError): void => {
    const { field } = row;
    const count = this.#counts.get(field) ?? 0;
    this.#counts.set(field, count + 1);
    if (count < MAX_PER_COLUMN && this.#reported.length < MAX_REPORTED) this.#reported.push(row);
    else this.#unreported.set(field, (this.#unreported.get(field) ?? 0) + 1);
  };

  /** Yields the rows as long as none is bad. A file with bad rows isn't used. @throws BadRowsError at the end, with all bad rows */
  async *over(rows: AsyncIterable<Rows>): AsyncGenerator<Rows> {
    try {
      for await (const batch of rows) if (this.#reported.length === 0) yield batch;
    } catch (error) {
      if (!(error instanceof BadRowError)) throw error;
      this.add(error);
    }
    if (this.#reported.length > 0) throw new BadRowsError(this.#reported, this.#more());
  }

  #more(): string | undefined {
    const columns = [...this.#unreported];
    if (columns.length === 0) return undefined;
    const named = columns
      .slice(0, MAX_NAMED)
      .map(([field, count]) => `${field ?? 'the whole row'} (${count})`);
    const others = columns.length > MAX_NAMED ? ', and others' : '';
    return `and ${columns.reduce((sum, [, count]) => sum + count, 0)} more: ${named.join(', ')}${others}`;
  }
}

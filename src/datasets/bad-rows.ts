import type { Rows } from '../core/metric/table.ts';
import { BadRowError } from '../load/bad-row.ts';

/** The maximum number of kinds of mistakes that are told of a file. Rows of others are counted. */
const MAX_KINDS = 50;
/** The number of rows that are named besides the first one of a kind. */
const MAX_NAMED = 4;

/** The rows with one kind of mistake in one column. */
export interface AlikeBadRows {
  readonly first: BadRowError;
  readonly count: number;
  /** Some of the others. */
  readonly others: readonly BadRowError[];
  /** What to do about all of them, as a part of a sentence. */
  readonly advice: string | undefined;
}

/** The bad rows of a file, by kind and column. */
export class BadRowsError extends Error {
  readonly kinds: readonly AlikeBadRows[];
  /** The number of rows with mistakes of further kinds. */
  readonly more: number;

  constructor(kinds: readonly AlikeBadRows[], more: number) {
    super(kinds.map(({ first }) => first.message).join('\n'));
    this.name = 'BadRowsError';
    this.kinds = kinds;
    this.more = more;
  }
}

/** What is known about a file's rows only when all of them were read. */
export interface AtEnd {
  /** Yields rows that turned out to be bad, each with the number of rows that it stands for. */
  badRows(): Iterable<readonly [row: BadRowError, count: number]>;
  /** Returns what to do about all rows of a kind. */
  adviceFor(row: BadRowError): string | undefined;
}

/** Collects the bad rows of a file, in bounded memory. */
export class BadRows {
  readonly #kinds = new Map<string, { first: BadRowError; count: number; others: BadRowError[] }>();
  #more = 0;

  /** @param count the number of rows that it stands for */
  readonly add = (row: BadRowError, count = 1): void => {
    const key = `${row.field} ${row.likeness?.kind ?? kindOfReason(row.reason)}`;
    const known = this.#kinds.get(key);
    if (known) {
      known.count += count;
      if (known.others.length < MAX_NAMED) known.others.push(row);
    } else if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, { first: row, count, others: [] });
    else this.#more += count;
  };

  /** Yields the rows as long as none is bad. A file with bad rows isn't used. @throws BadRowsError at the end, with all bad rows */
  async *over(rows: AsyncIterable<Rows>, atEnd: AtEnd): AsyncGenerator<Rows> {
    try {
      for await (const batch of rows) if (this.#kinds.size === 0) yield batch;
    } catch (error) {
      if (!(error instanceof BadRowError)) throw error;
      this.add(error);
    }
    for (const [row, count] of atEnd.badRows()) this.add(row, count);
    if (this.#kinds.size === 0) return;
    const kinds = [...this.#kinds.values()].map((kind) => ({ ...kind, advice: atEnd.adviceFor(kind.first) }));
    throw new BadRowsError(kinds, this.#more);
  }
}

/** Returns the kind of mistakes with this reason: reasons that differ only in texts and numbers are alike. */
export function kindOfReason(reason: string): string {
  return reason.replace(/"(?:[^"\\]|\\.)*"?/g, '""').replace(/\d+/g, '0');
}

/** Returns the sentence about rows that are alike, without a place. */
export function alikeInWords({ first, count, others, advice }: AlikeBadRows): string {
  const subject = first.field === undefined ? 'the row' : `the column ${first.field}`;
  const unit = first.place.unit === 'line' ? 'line' : 'row';
  const named = others.map(({ place, likeness }) =>
    likeness ? `${unit} ${place.number} ${likeness.shown}` : `${unit} ${place.number}`,
  );
  const rest = count - 1 > others.length ? ' …' : '';
  const rows = count === 2 ? '1 other row' : `${count - 1} other rows`;
  const likewise = count > 1 ? `; likewise in ${rows}: ${named.join(', ')}${rest}` : '';
  return `${subject} ${first.reason}${likewise}${advice === undefined ? '' : `; ${advice}`}`;
}

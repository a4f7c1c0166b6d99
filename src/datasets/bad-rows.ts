import type { Rows } from '../core/metric/table.ts';
import { BadRowError } from '../load/bad-row.ts';

/** The maximum number of kinds of mistakes that are told of a file. Rows of others are counted. */
const MAX_KINDS = 50;
/** The number of rows that are named besides the first one of a kind. */
const MAX_NAMED = 4;

/** The number of other columns with the same kind of mistakes that are named. */
const MAX_COLUMNS = 5;

/** The rows with one kind of mistake in one column. */
export interface AlikeBadRows {
  readonly first: BadRowError;
  readonly count: number;
  /** Some of the others. */
  readonly others: readonly BadRowError[];
  /** Other columns with the same kind of mistakes, about which the same is to be done. */
  readonly columns: readonly string[];
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
    throw new BadRowsError(this.#told(atEnd), this.#more);
  }

  /** The kinds, each once for all columns that need the same. */
  #told(atEnd: AtEnd): AlikeBadRows[] {
    const told = new Map<string, AlikeBadRows & { readonly columns: string[] }>();
    for (const [key, kind] of this.#kinds) {
      const { field, likeness } = kind.first;
      const advice = atEnd.adviceFor(kind.first);
      const same = advice === undefined ? key : `${likeness?.kind} ${advice}`;
      const known = told.get(same);
      if (!known) told.set(same, { ...kind, columns: [], advice });
      else if (field !== undefined) known.columns.push(field);
    }
    return [...told.values()];
  }
}

/** Returns the kind of mistakes with this reason: reasons that differ only in texts and numbers are alike. */
export function kindOfReason(reason: string): string {
  return reason.replace(/"(?:[^"\\]|\\.)*"?/g, '""').replace(/\d+/g, '0');
}

/** Returns the sentence about rows that are alike, without a place. */
export function alikeInWords({ first, count, others, columns, advice }: AlikeBadRows): string {
  const subject = first.field === undefined ? 'the row' : `the column ${first.field}`;
  const unit = first.place.unit === 'line' ? 'line' : 'row';
  const places = others.map(({ place, likeness }) =>
    likeness ? `${unit} ${place.number} ${likeness.shown}` : `${unit} ${place.number}`,
  );
  const rest = count - 1 > others.length ? ' …' : '';
  const rows = count === 2 ? '1 other row' : `${count - 1} other rows`;
  const likewise = count > 1 ? `; likewise in ${rows}: ${places.join(', ')}${rest}` : '';
  const named = columns.slice(0, MAX_COLUMNS).join(', ');
  const further = columns.length > MAX_COLUMNS ? ' …' : '';
  const elsewhere =
    columns.length > 0
      ? `; likewise in ${columns.length === 1 ? 'the column' : `${columns.length} other columns`}: ${named}${further}`
      : '';
  return `${subject} ${first.reason}${likewise}${elsewhere}${advice === undefined ? '' : `; ${advice}`}`;
}

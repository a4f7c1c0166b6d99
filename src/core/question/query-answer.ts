import type { NoRows } from './answer.ts';
import type { RowsPlan } from './plan.ts';
import type { Ordinal } from '../time/time.ts';

/** What a question in the one language is answered with, before it has a form. */
export interface QueryAnswer {
  readonly plan: RowsPlan;
  readonly rows: readonly QueryRow[];
  /** A row over all rows, on whichever page; undefined where it wasn't asked for. */
  readonly total: QueryRow | undefined;
  /** Where the next page begins; null at the end. */
  readonly cursor: string | null;
  /** Where there are no rows: what may have been meant, and what is loaded. */
  readonly hint: string | undefined;
  /** Which of several values that were listed have no rows. */
  readonly noRows: readonly NoRows[];
}

export interface QueryRow {
  /** One a dimension of `by`. */
  readonly values: readonly string[];
  /** Undefined where the row is over the whole range. */
  readonly ordinal: Ordinal | undefined;
  /** One a measure asked for; null where it isn't known. */
  readonly measures: readonly (number | null)[];
  /** The same of the periods that it is compared with; undefined where it isn't. */
  readonly compared: readonly (number | null)[] | undefined;
}

/** The change from what it is compared with, as a share of that; null where there is none. */
export function changeOf(now: number | null, before: number | null | undefined): number | null {
  return now === null || before === null || before === undefined || before === 0
    ? null
    : (now - before) / before;
}

import type { NoRows, Open } from './answer.ts';
import type { RowsPlan } from './plan.ts';
import type { Ordinal } from '../time/time.ts';

/** The answer to a /query question, before it is rendered. */
export interface QueryAnswer {
  readonly plan: RowsPlan;
  readonly rows: readonly QueryRow[];
  /** The sum of the rows of all pages; undefined if it wasn't asked for. */
  readonly total: QueryRow | undefined;
  /** The cursor of the next page; null on the last one. */
  readonly cursor: string | null;
  /** If there are no rows: what may have been meant, and what is loaded. */
  readonly hint: string | undefined;
  /** The values that have no rows, if several were listed. */
  readonly noRows: readonly NoRows[];
  /** Undefined if all periods are closed. A row over the whole range, and the total, are open if one of its periods is. */
  readonly open?: Open;
}

/** Whether a row of an answer is provisional. */
export function isOpen({ open }: Pick<QueryAnswer, 'open'>, { ordinal }: Pick<QueryRow, 'ordinal'>): boolean {
  return open !== undefined && (ordinal === undefined || ordinal >= open.from);
}

export interface QueryRow {
  /** One for each dimension of `by`; undefined in the row of all others, which has many. */
  readonly values: readonly (string | undefined)[];
  /** The row's period; undefined if the row is over the whole range. */
  readonly ordinal: Ordinal | undefined;
  /** One for each measure asked for; null if unknown. */
  readonly measures: readonly (number | null)[];
  /**
   * The measures of the earlier period that the row is compared with, null for derived ones; undefined if it isn't compared.
   */
  readonly compared: readonly (number | null)[] | undefined;
  /** Set if the row is the sum of all rows of its group that aren't answered. */
  readonly isOthers?: true;
}

/** The relative change: 0.5 is an increase by half. Null if a number is unknown or the earlier one is 0. */
export function changeOf(now: number | null, before: number | null | undefined): number | null {
  return now === null || before === null || before === undefined || before === 0
    ? null
    : (now - before) / before;
}

/** The column of a row's period, beside those of its dimensions. */
export const TIMESTAMP = 'timestamp';

/**
 * How a number of a row follows from the measures of all rows of a question. Engines write a formula as SQL
 * (`warehouses/formula-sql.ts`), and `numbers.ts` computes it of rows in memory; both give the same numbers. A number is
 * unknown (null) if one that it needs is unknown, or missing.
 */
export type Formula =
  /** A measure of the row, or of the same group in the range that the question compares with. */
  | { readonly is: 'now' | 'before'; readonly measure: number }
  /** The measure of another metric in the same group and period. */
  | { readonly is: 'divisor'; readonly place: number }
  /** The length of the row's period in days, or of the range. */
  | { readonly is: 'days' }
  | { readonly is: 'difference'; readonly of: Formula; readonly and: Formula }
  /** Unknown if `and` is 0. */
  | { readonly is: 'ratio'; readonly of: Formula; readonly and: Formula }
  /** The sum of a measure over all rows that are alike in the columns of `within`: dimensions, or `timestamp`. */
  | { readonly is: 'total'; readonly measure: number; readonly within: readonly string[] }
  /** One plus the number of rows, among those alike in `within`, that have more of a measure. */
  | { readonly is: 'rank'; readonly measure: number; readonly within: readonly string[] }
  /** The sum of a measure over the group's periods up to the row's. */
  | { readonly is: 'running sum'; readonly measure: number }
  /** The mean of a measure over the row's period and those directly before it; unknown unless all have a row. */
  | { readonly is: 'moving average'; readonly measure: number; readonly periods: number };

/** The formula and all formulas in it. */
export function* partsOf(formula: Formula): Generator<Formula> {
  yield formula;
  if (formula.is !== 'difference' && formula.is !== 'ratio') return;
  yield* partsOf(formula.of);
  yield* partsOf(formula.and);
}

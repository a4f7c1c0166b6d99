import type { Table } from '../core/metric/table.ts';
import type { Ordinal } from '../core/time/time.ts';

/**
 * The rows of each period, added up: how many there are, then the sum of each measure, then of a list's ranks. Unknown
 * values count as 0.
 */
export type PeriodSums = Map<Ordinal, Float64Array>;

/** The names of what is added up, in the order of the sums. */
export function sumNames({ measures, ranking }: Table): string[] {
  return ['rows', ...measures.map(({ name }) => name), ...(ranking ? ['ranks'] : [])];
}

/** Sums of decimals are rounded in another order, so they may differ by this share. */
const DECIMALS = 1e-9;

/** Whether two sums are of the same numbers. */
export function areSame(one: Float64Array, other: Float64Array): boolean {
  return one.every((sum, index) => {
    const also = other[index] ?? NaN;
    return sum === also || Math.abs(sum - also) <= DECIMALS * Math.max(Math.abs(sum), Math.abs(also));
  });
}

import type { RowsPlan } from '../core/question/plan.ts';
import type { Ordinal } from '../core/time/time.ts';
import { compareUtf8 } from '../core/value/utf8-order.ts';

/** What rows are sorted by. */
export interface Sortable {
  /** The values of the dimensions that rows are grouped by. */
  readonly values: readonly (string | undefined)[];
  readonly ordinal: Ordinal | undefined;
  /** The numbers, in the order of the question's measures. */
  readonly numbers: readonly (number | null | undefined)[];
}

/**
 * Rows in the question's order, sorted as engines do: an unknown number is less than any other.
 * @param sortable what a row is sorted by
 */
export function inOrder<Row>(
  { query: { by, measures, order } }: Pick<RowsPlan, 'query'>,
  rows: readonly Row[],
  sortable: (row: Row) => Sortable,
): Row[] {
  const compare = order.map(({ by: name, direction }) => {
    const sign = direction === 'desc' ? -1 : 1;
    const dimension = by.indexOf(name);
    const number = measures.indexOf(name);
    return (a: Sortable, b: Sortable): number => {
      if (dimension >= 0) return sign * compareUtf8(a.values[dimension] ?? '', b.values[dimension] ?? '');
      if (number < 0) return sign * ((a.ordinal ?? 0) - (b.ordinal ?? 0));
      const [x, y] = [a.numbers[number] ?? -Infinity, b.numbers[number] ?? -Infinity];
      return x === y ? 0 : sign * (x < y ? -1 : 1);
    };
  });
  return rows
    .map((row) => ({ row, by: sortable(row) }))
    .toSorted((a, b) => {
      for (const one of compare) {
        const difference = one(a.by, b.by);
        if (difference !== 0) return difference;
      }
      return 0;
    })
    .map(({ row }) => row);
}

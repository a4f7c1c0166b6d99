import type { Analysis, Before, Grouping } from '../../core/question/analysis.ts';
import type { Formula } from '../../core/derived/formula.ts';

/** The value of each column that has only one. */
export type Constants = ReadonlyMap<string, string>;

/** The columns of an analysis that have one value in all of its rows. */
export function constantsIn({ now }: Analysis): Constants {
  const found = now.where.flatMap((one) =>
    one.test === 'in' && one.values.length === 1 && now.by.includes(one.column)
      ? [[one.column, one.values[0] as string] as const]
      : [],
  );
  return new Map(found);
}

/**
 * An analysis without the columns that have one value. Where a vectorised window of Hive 4.0.1 has such a column among those of
 * PARTITION BY, rows come out with its value in the place of another column's. Sessions turn these windows off, but a server
 * may forbid that, and false rows look like true ones.
 */
export function withoutConstants(asked: Analysis, constants: Constants): Analysis {
  if (constants.size === 0) return asked;
  const varying = (columns: readonly string[]): string[] => columns.filter((name) => !constants.has(name));
  const grouping = (rows: Grouping): Grouping => ({ ...rows, by: varying(rows.by) });
  const formula = (one: Formula): Formula => {
    if (one.is === 'total' || one.is === 'rank') return { ...one, within: varying(one.within) };
    if (one.is !== 'difference' && one.is !== 'ratio') return one;
    return { ...one, of: formula(one.of), and: formula(one.and) };
  };
  const { before, top } = asked;
  return {
    ...asked,
    now: grouping(asked.now),
    ...(before
      ? {
          before: { ...before, rows: grouping(before.rows), partly: partlyWithout(before.partly, constants) },
        }
      : {}),
    divisors: asked.divisors.map(grouping),
    cells: asked.cells.map(formula),
    order: asked.order.filter(({ by }) => typeof by === 'number' || !constants.has(by)),
    ...(top ? { top: { ...top, within: varying(top.within) } } : {}),
  };
}

function partlyWithout(partly: Before['partly'], constants: Constants): Before['partly'] {
  if (partly === 'all') return partly;
  const possible = partly.filter((values) =>
    values.every(({ column, value }) => (constants.get(column) ?? value) === value),
  );
  const rest = possible.map((values) => values.filter(({ column }) => !constants.has(column)));
  return rest.some((values) => values.length === 0) ? 'all' : rest;
}

import type { Aggregation } from '../core/question/aggregation.ts';
import type { NoRows } from '../core/question/answer.ts';
import { combinationCount, combinations } from '../core/value/combinations.ts';
import { severalListed, type ListedDimension } from '../core/question/conditions.ts';
import { withoutRows } from '../core/question/no-rows.ts';
import type { RowsPlan } from '../core/question/plan.ts';
import { groupingOf } from '../core/question/rows-aggregation.ts';
import { columnName } from '../core/metric/table.ts';
import { MAX_HELD_ROWS } from './found-rows.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** Sends an aggregation to the warehouse. */
export type Aggregate = (asked: Aggregation) => ReturnType<Warehouse['aggregate']>;

/** Up to this many combinations are checked one by one. If there are more, only single values are checked. */
const MAX_COMBINATIONS = 500;

/**
 * The listed values that have no rows. For a dimension that the rows are grouped by, they follow from the
 * rows if these are complete. For all other dimensions one more statement asks the warehouse.
 * @param isWhole whether the rows are complete, without further pages
 * @throws EngineError
 */
export async function noRowsOf(
  plan: RowsPlan,
  rows: readonly { readonly values: readonly string[] }[],
  isWhole: boolean,
  aggregate: Aggregate,
): Promise<readonly NoRows[]> {
  const { by } = plan.query;
  const listed = severalListed(plan.asked);
  const grouped = isWhole ? listed.filter(({ name }) => by.includes(name)) : [];
  const places = grouped.map(({ name }) => by.indexOf(name));
  const seen = missingFrom(
    grouped,
    rows.map(({ values }) => places.map((place) => values[place] as string)),
  );
  const others = listed.filter((one) => !grouped.includes(one));
  if (others.length === 0) return seen;
  const there: string[][] = [];
  for await (const { length, values } of aggregate(presenceOf(plan, others)))
    for (let i = 0; i < length; i++) there.push(values.map((column) => column[i] as string));
  // The statement stops at this many groups, so nothing is known about the others.
  return there.length < MAX_HELD_ROWS ? [...seen, ...missingFrom(others, there)] : seen;
}

/** An aggregation with one group for each combination of listed values that has rows in the range. */
function presenceOf(plan: RowsPlan, listed: readonly ListedDimension[]): Aggregation {
  return {
    ...groupingOf(plan, plan.span),
    by: listed.map(({ name }) => columnName(name)),
    period: undefined,
    order: listed.map(({ name }) => ({ column: columnName(name), descending: false })),
    offset: 0,
    limit: MAX_HELD_ROWS,
  };
}

/** The listed values that are missing from the combinations that have rows. */
function missingFrom(
  listed: readonly ListedDimension[],
  there: readonly (readonly string[])[],
): readonly NoRows[] {
  if (listed.length === 0) return [];
  const lists = listed.map(({ values }) => values);
  if (combinationCount(lists) <= MAX_COMBINATIONS) {
    const known = new Set(there.map((values) => values.join('\0')));
    return withoutRows(
      listed,
      combinations(lists).filter((values) => !known.has(values.join('\0'))),
    );
  }
  return listed.flatMap(({ name, values }, place): NoRows[] => {
    const known = new Set(there.map((one) => one[place]));
    return values.filter((value) => !known.has(value)).map((value) => ({ [name]: value }));
  });
}

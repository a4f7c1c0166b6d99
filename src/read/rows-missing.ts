import type { Aggregation } from '../core/question/aggregation.ts';
import type { NoRows } from '../core/question/answer.ts';
import { combinationCount, combinations } from '../core/value/combinations.ts';
import { severalListed, type ListedDimension } from '../core/question/conditions.ts';
import { withoutRows } from '../core/question/no-rows.ts';
import type { RowsPlan } from '../core/question/plan.ts';
import { aggregationOf } from '../core/question/rows-aggregation.ts';
import { columnName } from '../core/metric/table.ts';
import { MAX_HELD_ROWS } from './found-rows.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** Asks the warehouse. */
export type Aggregate = (asked: Aggregation) => ReturnType<Warehouse['aggregate']>;

/** So many combinations are looked for; of more only the values that are in none. */
const MAX_COMBINATIONS = 500;

/**
 * Which listed values have no rows. Those that the rows tell apart are seen in them; for others, which
 * are added up or may stand on another page, one statement more is asked.
 * @param isWhole whether the rows are all there are
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
  const told = isWhole ? listed.filter(({ name }) => by.includes(name)) : [];
  const places = told.map(({ name }) => by.indexOf(name));
  const seen = missingFrom(
    told,
    rows.map(({ values }) => places.map((place) => values[place] as string)),
  );
  const others = listed.filter((one) => !told.includes(one));
  if (others.length === 0) return seen;
  const there: string[][] = [];
  for await (const { length, values } of aggregate(presenceOf(plan, others)))
    for (let i = 0; i < length; i++) there.push(values.map((column) => column[i] as string));
  // Of so many it isn't known which ones are missing.
  return there.length < MAX_HELD_ROWS ? [...seen, ...missingFrom(others, there)] : seen;
}

/** What tells which of some listed values there are rows of: a group each, over the whole range. */
function presenceOf(plan: RowsPlan, listed: readonly ListedDimension[]): Aggregation {
  return {
    ...aggregationOf(plan, plan.span),
    by: listed.map(({ name }) => columnName(name)),
    period: undefined,
    order: listed.map(({ name }) => ({ column: columnName(name), descending: false })),
    offset: 0,
    limit: MAX_HELD_ROWS,
  };
}

/** The combinations of listed values that are not among those there are. */
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

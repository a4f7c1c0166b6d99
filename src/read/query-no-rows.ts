import type { Aggregation } from '../core/aggregation.ts';
import type { Sought } from '../core/hints.ts';
import { type Listed, type NoRows, withoutRows } from '../core/no-rows.ts';
import { productOf, type QueryPlan } from '../core/query/query-plan.ts';
import { aggregationOf } from '../core/query/query-reads.ts';
import { severalListed } from '../core/query/query-where.ts';
import { columnName } from '../core/table.ts';
import { refine } from '../core/time.ts';

/*
 * What a question in the one language asks for and has no rows of.
 */

/** A plan as a question that has no rows, for its hint. */
export function soughtBy({ metric, asked, source, state, span }: QueryPlan): Sought {
  return {
    metric,
    listed: metric.dimensions.map(
      ({ name }) => asked.find(({ dimension }) => dimension.name === name)?.values ?? [],
    ),
    grain: source,
    state,
    asked: refine(span, source),
  };
}

/**
 * Which listed values have no rows, where the rows are all at hand and tell them apart. By combination
 * where those are few, else value by value.
 * @param rows the values of their `by` dimensions
 */
export function noRowsAmong(
  { asked, query: { by } }: Pick<QueryPlan, 'asked' | 'query'>,
  rows: readonly (readonly string[])[],
): readonly NoRows[] {
  const told = severalListed(asked).filter(({ name }) => by.includes(name));
  const places = told.map(({ name }) => by.indexOf(name));
  return missingFrom(
    told,
    rows.map((values) => places.map((place) => values[place] as string)),
  );
}

/** The listed values that rows don't tell apart: they are added up. */
export function untold({ asked, query: { by } }: QueryPlan, isComplete: boolean): readonly Listed[] {
  return severalListed(asked).filter(({ name }) => !isComplete || !by.includes(name));
}

/** What tells which of some listed values there are rows of: one group a combination, of the whole range. */
export function presenceOf(plan: QueryPlan, listed: readonly Listed[], most: number): Aggregation {
  return {
    ...aggregationOf(plan, plan.span),
    by: listed.map(({ name }) => columnName(name)),
    period: undefined,
    order: listed.map(({ name }) => ({ column: columnName(name), descending: false })),
    offset: 0,
    limit: most,
  };
}

/** The combinations of listed values that are not among those there are. */
export function missingFrom(
  listed: readonly Listed[],
  there: readonly (readonly string[])[],
): readonly NoRows[] {
  if (listed.length === 0) return [];
  const combinations = productOf(listed.map(({ values }) => values));
  if (combinations) {
    const known = new Set(there.map((values) => values.join('\0')));
    return withoutRows(
      listed,
      combinations.filter((values) => !known.has(values.join('\0'))),
    );
  }
  return listed.flatMap(({ name, values }, place): NoRows[] => {
    const known = new Set(there.map((one) => one[place]));
    return values.filter((value) => !known.has(value)).map((value) => ({ [name]: value }));
  });
}

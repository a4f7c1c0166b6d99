import type { QueryAnswer } from '../core/query/query-answer.ts';
import { cursorOf } from '../core/query/query-cursor.ts';
import type { QueryPlan } from '../core/query/query-plan.ts';
import { added, compared, comparesWhole, filled, refuseInexact, sorted, type Found } from './query-rows.ts';

/** The answer where all rows are at hand: filled, sorted, and one page of them. */
export function held(
  plan: QueryPlan,
  now: readonly Found[],
  before: readonly Found[] | undefined,
): QueryAnswer {
  const { query, offset, span } = plan;
  const all = query.fill ? filled(plan, now, span) : now;
  const earlier = before && plan.compared && query.fill ? filled(plan, before, plan.compared) : before;
  const rows = sorted(plan, all);
  const page = rows.slice(offset, offset + query.limit);
  const end = offset + page.length;
  const total = {
    values: [],
    ordinal: undefined,
    measures: added(plan, all, now),
    compared:
      earlier &&
      (comparesWhole(plan, plan.loaded) ? added(plan, earlier, before) : query.measures.map(() => null)),
  };
  refuseInexact(plan, [...page, total]);
  return {
    plan,
    rows: compared(plan, page, earlier),
    hint: undefined,
    noRows: [],
    total: query.total ? total : undefined,
    cursor: end < rows.length ? cursorOf(query, { offset: end, version: plan.version }) : null,
  };
}

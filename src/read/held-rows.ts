import type { RowsPlan } from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import { cursorOf } from '../core/question/query-cursor.ts';
import {
  added,
  compared,
  comparesWhole,
  filled,
  refuseInexactRows,
  sorted,
  type Found,
} from './found-rows.ts';

/** Makes the answer of rows that are all in memory: fills and sorts them, and takes one page. */
export function answerFromRows(
  plan: RowsPlan,
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
  refuseInexactRows(plan, [...page, total]);
  return {
    plan,
    rows: compared(plan, page, earlier),
    hint: undefined,
    noRows: [],
    total: query.total ? total : undefined,
    cursor: end < rows.length ? cursorOf(query, { offset: end, version: plan.version }) : null,
  };
}

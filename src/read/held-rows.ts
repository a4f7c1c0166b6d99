import { sumOf, type Figures } from '../core/derived/numbers.ts';
import type { RowsPlan } from '../core/question/plan.ts';
import type { QueryAnswer, QueryRow } from '../core/question/query-answer.ts';
import { cursorOf } from '../core/question/query-cursor.ts';
import { analysedRows, analysedTotal } from './analysed-rows.ts';
import {
  added,
  compared,
  comparesWhole,
  filled,
  placeOf,
  refuseInexactRows,
  type Found,
} from './found-rows.ts';
import { refuseInexactCells } from './inexact.ts';
import { inOrder } from './row-order.ts';

/** The rows that an answer is made of, all of them. */
export interface HeldRows {
  readonly now: readonly Found[];
  /** Undefined if the question compares with nothing. */
  readonly before: readonly Found[] | undefined;
  /** The rows of the plan's divisors. */
  readonly divisors: readonly (readonly Found[])[];
}

/** Makes the answer of rows that are all in memory: fills and sorts them, computes what is derived, and takes one page. */
export function answerFromRows(plan: RowsPlan, { now, before, divisors }: HeldRows): QueryAnswer {
  const { query, offset, span, analysis } = plan;
  const all = query.fill ? filled(plan, now, span) : now;
  const earlier = before && plan.compared && query.fill ? filled(plan, before, plan.compared) : before;
  const total: Total = {
    measures: added(plan, all, now),
    compared:
      earlier &&
      (comparesWhole(plan, plan.loaded) ? added(plan, earlier, before) : plan.measures.map(() => null)),
  };
  refuseInexactRows(plan, [total]);
  const paged = <T>(rows: readonly T[]): { page: T[]; cursor: string | null } => {
    const page = rows.slice(offset, offset + query.limit);
    const end = offset + page.length;
    const hasMore = end < rows.length;
    return { page, cursor: hasMore ? cursorOf(query, { offset: end, version: plan.version }) : null };
  };
  const common = {
    plan,
    hint: undefined,
    noRows: [],
    total: query.total ? totalRow(plan, total, divisors) : undefined,
  };
  if (analysis) {
    const { page, cursor } = paged(analysedRows(plan, analysis, figuresOf(plan, all, earlier, divisors)));
    refuseInexactCells(plan, analysis, page);
    return { ...common, rows: page, cursor };
  }
  const { page, cursor } = paged(
    inOrder(plan, all, ({ values, ordinal, measures }) => ({ values, ordinal, numbers: measures })),
  );
  refuseInexactRows(plan, page);
  return { ...common, rows: compared(plan, page, earlier), cursor };
}

/** The sums of all rows. */
export interface Total {
  readonly measures: readonly (number | null)[];
  readonly compared: readonly (number | null)[] | undefined;
}

/** The row over everything. @param divisors the rows of the plan's divisors */
export function totalRow(
  { analysis, ...plan }: RowsPlan,
  total: Total,
  divisors: HeldRows['divisors'],
): QueryRow {
  if (!analysis) return { values: [], ordinal: undefined, ...total };
  return analysedTotal({ ...plan, analysis }, analysis, {
    values: [],
    ordinal: undefined,
    now: total.measures,
    before: total.compared ?? [],
    divisors: divisors.map((rows) => sumOf(rows.map(({ measures }) => measures[0] ?? null))),
  });
}

function figuresOf(
  plan: RowsPlan,
  now: readonly Found[],
  before: readonly Found[] | undefined,
  divisors: HeldRows['divisors'],
): Figures[] {
  const known = divisors.map(
    (rows) => new Map(rows.map((row) => [placeOf(row.values, row.ordinal), row.measures[0] ?? null])),
  );
  return compared(plan, now, before).map((row, i): Figures => {
    const { values, ordinal } = now[i] as Found;
    const place = placeOf(values, ordinal);
    return {
      values,
      ordinal,
      now: row.measures,
      before: row.compared ?? [],
      divisors: known.map((numbers) => numbers.get(place) ?? null),
    };
  });
}

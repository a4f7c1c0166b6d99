import { TIMESTAMP, type Formula } from '../core/derived/formula.ts';
import { columnName } from '../core/metric/table.ts';
import type { Analysed, Analysis, Before } from '../core/question/analysis.ts';
import type { AnalysisPlan, RowsPlan } from '../core/question/plan.ts';
import type { QueryAnswer, QueryRow } from '../core/question/query-answer.ts';
import { cursorOf } from '../core/question/query-cursor.ts';
import { unionOf } from '../core/question/query-loaded.ts';
import { groupingOf } from '../core/question/rows-aggregation.ts';
import type { Span } from '../core/time/time.ts';
import { daysOf } from './analysed-rows.ts';
import { comparesWhole } from './found-rows.ts';
import { refuseInexactCells } from './inexact.ts';

/** Sends an analysis to the warehouse. */
export type Analyse = (asked: Analysis) => AsyncIterable<Analysed>;

/** A page of the rows of an analysis, by one statement. @throws Problem if a number isn't exact; EngineError */
export async function rowsAnalysed(
  plan: RowsPlan,
  analysis: AnalysisPlan,
  analyse: Analyse,
): Promise<Pick<QueryAnswer, 'rows' | 'cursor'>> {
  const { query, offset, version } = plan;
  const asked = analysisFor(plan, analysis);
  if (asked.now.last < asked.now.first) return { rows: [], cursor: null };
  const found: QueryRow[] = [];
  for await (const batch of analyse(asked)) found.push(...rowsIn(plan, analysis, batch));
  refuseInexactCells(plan, analysis, found);
  const rows = found.slice(0, query.limit);
  const isWhole = found.length === rows.length;
  return { rows, cursor: isWhole ? null : cursorOf(query, { offset: offset + rows.length, version }) };
}

/** What the warehouse is asked: one row more than a page has, which tells whether there is a next page. */
export function analysisFor(plan: RowsPlan, { cells, shown, having, top, divisors }: AnalysisPlan): Analysis {
  const { query, span, compared, offset } = plan;
  const answered = cells.slice(0, shown);
  // The compared measures follow the cells that are answered, so a cell of `having` comes later.
  const before = compared ? beforesOf(plan, answered) : [];
  const place = (cell: number): number => (cell < shown ? cell : cell + before.length);
  return {
    now: groupingOf(plan, span),
    ...(compared ? { before: beforeOf(plan, compared) } : {}),
    divisors: divisors.map((one) => groupingOf(one, one.span)),
    days: daysOf(plan),
    cells: [
      ...answered.map(({ formula }) => inColumns(formula)),
      ...before,
      ...cells.slice(shown).map(({ formula }) => inColumns(formula)),
    ],
    shown: shown + before.length,
    having: having.map((one) => ({ ...one, cell: place(one.cell) })),
    order: query.order.map(({ by, direction }) => {
      const cell = query.measures.indexOf(by);
      const isColumn = by === TIMESTAMP || query.by.includes(by);
      return { by: isColumn ? columnName(by) : cell, descending: direction === 'desc' };
    }),
    ...(top ? { top: { ...top, within: top.within.map(columnName) } } : {}),
    offset,
    limit: query.limit + 1,
  };
}

/** The compared numbers of the measures that are answered. */
function beforesOf({ measures }: RowsPlan, answered: AnalysisPlan['cells']): Formula[] {
  return answered.flatMap(({ isDerived, measure }): Formula[] =>
    isDerived ? [] : [{ is: 'before', measure: measures.indexOf(measure) }],
  );
}

/** A formula with the names of columns in place of those of dimensions. */
function inColumns(formula: Formula): Formula {
  switch (formula.is) {
    case 'difference':
    case 'ratio':
      return { ...formula, of: inColumns(formula.of), and: inColumns(formula.and) };
    case 'total':
    case 'rank':
      return { ...formula, within: formula.within.map(columnName) };
    default:
      return formula;
  }
}

function beforeOf(plan: RowsPlan, compared: Span): Before {
  const isOverAll = plan.query.grain === null;
  return {
    rows: groupingOf(plan, compared),
    shift: isOverAll ? 0 : plan.span.first - compared.first,
    partly: isOverAll ? partlyLoaded(plan) : [],
  };
}

/** The groups whose scopes aren't loaded to both ends of the range that the plan compares with. */
function partlyLoaded(plan: RowsPlan): Before['partly'] {
  const { metric, query, scopes } = plan;
  const places = metric.scope.flatMap((name, i) => (query.by.includes(name) ? [i] : []));
  if (places.length === 0) return comparesWhole(plan, unionOf(scopes)) ? [] : 'all';
  const groups = new Map<string, typeof scopes>();
  for (const scope of scopes) {
    const key = places.map((i) => scope.values[i]).join('\0');
    groups.set(key, [...(groups.get(key) ?? []), scope]);
  }
  return [...groups.values()].flatMap((group) =>
    comparesWhole(plan, unionOf(group))
      ? []
      : [
          places.map((i) => ({
            column: columnName(metric.scope[i] as string),
            value: group[0]?.values[i] as string,
          })),
        ],
  );
}

function rowsIn(plan: RowsPlan, { cells, shown }: AnalysisPlan, found: Analysed): QueryRow[] {
  const { compared } = plan;
  return Array.from({ length: found.length }, (_, row): QueryRow => {
    const numbers = found.cells.map((column) => column[row] ?? null);
    let next = shown;
    return {
      values: found.values.map((column) => column[row] ?? undefined),
      ordinal: found.ordinals?.[row] ?? undefined,
      measures: numbers.slice(0, shown),
      compared: compared
        ? cells.slice(0, shown).map(({ isDerived }) => (isDerived ? null : (numbers[next++] ?? null)))
        : undefined,
      ...(found.others?.[row] ? { isOthers: true as const } : {}),
    };
  });
}

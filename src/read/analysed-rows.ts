import {
  groupedBy,
  numberOfSum,
  numbersOf,
  placesOf,
  sumOf,
  type Figures,
  type Shape,
} from '../core/derived/numbers.ts';
import { TIMESTAMP, type Formula } from '../core/derived/formula.ts';
import type { Having, Top } from '../core/question/analysis.ts';
import type { AnalysisPlan, RowsPlan } from '../core/question/plan.ts';
import type { QueryRow } from '../core/question/query-answer.ts';
import { DAY_MS, lengthOf, startOf } from '../core/time/time.ts';
import { inOrder } from './row-order.ts';

/** A row with its cells. */
interface Worked {
  readonly figures: Figures;
  readonly cells: readonly (number | null)[];
  readonly isOthers?: true;
}

/** The rows of an analysis, all in memory: computed, chosen and sorted as engines do by SQL. */
export function analysedRows(plan: RowsPlan, analysis: AnalysisPlan, rows: readonly Figures[]): QueryRow[] {
  const shape = shapeOf(plan);
  const columns = analysis.cells.map(({ formula }) => numbersOf(formula, rows, shape));
  const worked = rows.map((figures, i): Worked => ({
    figures,
    cells: columns.map((column) => column[i] ?? null),
  }));
  const kept = inOrder(
    plan,
    worked.filter(({ cells }) => analysis.having.every((one) => isMet(one, cells[one.cell] ?? null))),
    ({ figures: { values, ordinal }, cells }) => ({ values, ordinal, numbers: cells }),
  );
  const places = new Map(worked.map((one, i) => [one, i]));
  const totalsOf = new Map<Formula, (number | null)[]>();
  const totalIn = (of: readonly Worked[], formula: Formula): number | null => {
    let numbers = totalsOf.get(formula);
    if (!numbers) totalsOf.set(formula, (numbers = numbersOf(formula, rows, shape)));
    const found = new Set(of.map((one) => numbers[places.get(one) as number] ?? null));
    return found.size === 1 ? ([...found][0] ?? null) : null;
  };
  const chosen = analysis.top ? topOf(plan, analysis, analysis.top, kept, totalIn) : kept;
  return chosen.map((one) => answered(plan, analysis, one));
}

/** The row over everything. @param figures the sums of all rows */
export function analysedTotal(plan: RowsPlan, analysis: AnalysisPlan, figures: Figures): QueryRow {
  const cells = analysis.cells.map(({ formula }) =>
    numberOfSum(formula, figures, daysOf(plan), ({ measure, within }) =>
      within.length === 0 ? (figures.now[measure] ?? null) : null,
    ),
  );
  return answered(plan, analysis, { figures: { ...figures, ordinal: undefined }, cells });
}

/** What an answer shows of a row. */
function answered(
  { compared, measures }: RowsPlan,
  analysis: AnalysisPlan,
  { figures, cells, isOthers }: Worked,
): QueryRow {
  const shown = analysis.cells.slice(0, analysis.shown);
  const { values, ordinal, before } = figures;
  return {
    values,
    ordinal,
    measures: cells.slice(0, analysis.shown),
    compared: compared
      ? shown.map(({ isDerived, measure }) =>
          isDerived ? null : (before[measures.indexOf(measure)] ?? null),
        )
      : undefined,
    ...(isOthers ? { isOthers } : {}),
  };
}

/** The number of days of a plan's range. */
export function daysOf({ span }: RowsPlan): number {
  return lengthOf(span) === 0
    ? 0
    : (startOf(span.grain, span.last + 1) - startOf(span.grain, span.first)) / DAY_MS;
}

function shapeOf(plan: RowsPlan): Shape {
  const { grain } = plan.span;
  return {
    by: plan.query.by,
    days: (ordinal) =>
      ordinal === undefined ? daysOf(plan) : (startOf(grain, ordinal + 1) - startOf(grain, ordinal)) / DAY_MS,
  };
}

function isMet({ operator, number }: Having, cell: number | null): boolean {
  if (cell === null) return false;
  switch (operator) {
    case '>=':
      return cell >= number;
    case '<=':
      return cell <= number;
    case '>':
      return cell > number;
    case '<':
      return cell < number;
    case '=':
      return cell === number;
    case '!=':
      return cell !== number;
  }
}

/** The first rows of each group, and the sum of its others. @param rows sorted, group after group */
function topOf(
  plan: RowsPlan,
  analysis: AnalysisPlan,
  { limit, within, others }: Top,
  rows: readonly Worked[],
  totalIn: (of: readonly Worked[], formula: Formula) => number | null,
): Worked[] {
  const { by } = plan.query;
  const groups = groupedBy(
    rows.map(({ figures }) => figures),
    placesOf(within, { by }),
  );
  return [...groups.values()].flatMap((places): Worked[] => {
    const all = places.map((i) => rows[i] as Worked);
    const rest = all.slice(limit);
    if (!others || rest.length === 0) return all.slice(0, limit);
    const figures = summed(plan, within, rest);
    const cells = analysis.cells.map(({ formula }) => {
      const days = shapeOf(plan).days(figures.ordinal);
      return numberOfSum(formula, figures, days, (total) => totalIn(rest, total));
    });
    return [...all.slice(0, limit), { figures, cells, isOthers: true }];
  });
}

/** The sums of rows that are alike in some columns. */
function summed(plan: RowsPlan, within: readonly string[], rows: readonly Worked[]): Figures {
  const [first] = rows as [Worked];
  const sums = (of: 'now' | 'before' | 'divisors'): (number | null)[] =>
    first.figures[of].map((_, m) => sumOf(rows.map(({ figures }) => figures[of][m] ?? null)));
  return {
    values: plan.query.by.map((name, i) => (within.includes(name) ? first.figures.values[i] : undefined)),
    ordinal: within.includes(TIMESTAMP) ? first.figures.ordinal : undefined,
    now: sums('now'),
    before: sums('before'),
    divisors: sums('divisors'),
  };
}

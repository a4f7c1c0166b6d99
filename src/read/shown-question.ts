import { columnName } from '../core/metric/table.ts';
import type { AnalysisPlan, RowsPlan } from '../core/question/plan.ts';
import type { ShownQuestion } from '../warehouses/shown-statement.ts';
import { analysisFor } from './rows-analysed.ts';

/**
 * The question of a plan for a statement that is shown.
 * @returns undefined for what one statement doesn't answer: rows of periods without data, totals, open periods, earlier times
 */
export function shownQuestionOf(plan: RowsPlan): ShownQuestion | undefined {
  const { query, open, asOf, metric, measures } = plan;
  if (query.fill || query.total || open || asOf || plan.reason !== undefined) return undefined;
  const plain = (): AnalysisPlan => ({
    cells: measures.map((name, measure) => ({
      name,
      unit: metric.measures[name]?.unit ?? '',
      formula: { is: 'now', measure },
      measure: name,
      isDerived: false,
    })),
    shown: measures.length,
    having: [],
    divisors: [],
  });
  const asked = analysisFor(plan, plan.analysis ?? plain());
  const compared = plan.compared
    ? query.measures.filter((name) => Object.hasOwn(metric.measures, name)).map((name) => `${name}_compared`)
    : [];
  return { asked: { ...asked, limit: query.limit }, names: [...query.measures, ...compared].map(columnName) };
}

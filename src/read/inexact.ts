import type { Formula } from '../core/derived/formula.ts';
import type { AnalysisPlan, RowsPlan } from '../core/question/plan.ts';
import type { QueryRow } from '../core/question/query-answer.ts';
import type { Metric } from '../core/metric/metric.ts';
import { invalidParameter } from '../core/problem.ts';

/**
 * Refuses sums beyond 2^53-1, which would look exact but aren't.
 * @param sums the numbers of each measure
 * @param parameter the parameter that the caller may change
 * @throws Problem
 */
export function refuseInexact(
  metric: Metric,
  measures: readonly string[],
  sums: readonly Iterable<number | null>[],
  parameter: string,
): void {
  measures.forEach((name, m) => {
    if (metric.measures[name]?.kind === 'decimal') return;
    for (const sum of sums[m] ?? [])
      if (Math.abs(sum ?? 0) > Number.MAX_SAFE_INTEGER)
        throw invalidParameter(
          parameter,
          `A sum of ${name} exceeds 2^53-1, the largest count that can be given exactly. Ask for finer periods or fewer values.`,
        );
  });
}

/** As `refuseInexact`, of the numbers of an analysis that are measures or sums of them. @throws Problem */
export function refuseInexactCells(
  { metric }: RowsPlan,
  { cells, shown }: AnalysisPlan,
  rows: readonly Pick<QueryRow, 'measures'>[],
): void {
  const exact = cells
    .slice(0, shown)
    .flatMap(({ formula, measure }, i) => (isSum(formula) ? [{ measure, i }] : []));
  const sums = exact.map(({ i }) => rows.map(({ measures }) => measures[i] ?? null));
  refuseInexact(
    metric,
    exact.map(({ measure }) => measure),
    sums,
    'range',
  );
}

function isSum({ is }: Formula): boolean {
  return is === 'now' || is === 'running sum' || is === 'difference';
}

import { whyNoSums } from '../metric/measure.ts';
import type { Metric } from '../metric/metric.ts';
import { invalidParameter } from '../problem.ts';
import type { Grain, Span } from '../time/time.ts';
import { allDimensions, type AskedDimension } from './conditions.ts';
import { refuseOverlap } from './derived-checks.ts';
import type { Top } from './analysis.ts';
import type { AnalysisPlan, RowsPlan } from './plan.ts';
import { columnsWithin, havingText, type DivisorAsked, type MeasuresAsked } from './query-measures.ts';
import { datesOf } from './query-range.ts';
import type { Query } from './query.ts';
import type { RowsQuestion, RowsText } from './question.ts';

interface Asking {
  readonly metric: Metric;
  readonly rows: RowsText;
  readonly grain: Grain | null;
  readonly asked: readonly AskedDimension[];
}

/** The top of each group that a question asks for. @throws Problem */
export function topAsked(asking: Asking, { measures, divisors }: MeasuresAsked): Top | undefined {
  const { metric, rows, grain, asked } = asking;
  const { top, within = [], others } = rows;
  if (top === undefined) {
    const [name] = [...(rows.within ? ['within'] : []), ...(others ? ['others'] : [])];
    if (name === undefined) return undefined;
    throw invalidParameter(name, `${name} belongs to top, the number of rows of each group: give top, too.`);
  }
  columnsWithin(within, rows.by, grain, 'within');
  if (!others) return { limit: top, within, others };
  const ofMeasures = {
    measures: Object.fromEntries([
      ...measures.map((name) => [name, metric.measures[name]!] as const),
      ...divisors.map((one) => [one.measure, one.metric.measures[one.measure]!] as const),
    ]),
  };
  const why =
    metric.shape.kind === 'top'
      ? `${metric.name} lists only some entries of each period, so nobody knows the sum of all others`
      : whyNoSums(ofMeasures);
  if (why !== undefined) throw invalidParameter('others', `${why}. Leave out others.`, ['false']);
  refuseOverlap({ asked, within, name: 'others', parameter: 'others' });
  return { limit: top, within, others };
}

/** The members of an answer's question that only such questions have. */
export function echoOf(
  { cells, having }: MeasuresAsked,
  top: Top | undefined,
): Pick<Query, 'having' | 'top' | 'within' | 'others'> {
  return {
    ...(having.length > 0 ? { having: having.map((one) => havingText(one, cells[one.cell]!)) } : {}),
    ...(top ? { top: top.limit } : {}),
    ...(top && top.within.length > 0 ? { within: top.within } : {}),
    ...(top?.others ? { others: true } : {}),
  };
}

/** What is computed of the rows that are read; undefined if they are answered as they are. */
export function analysisOf(
  { cells, shown, having }: MeasuresAsked,
  top: Top | undefined,
  divisors: readonly RowsPlan[],
): AnalysisPlan | undefined {
  const isPlain = having.length === 0 && !top && cells.every(({ isDerived }) => !isDerived);
  return isPlain ? undefined : { cells, shown, having, divisors, ...(top ? { top } : {}) };
}

/** The question to another metric whose numbers this one's are divided by. @throws Problem if it has other dimensions */
export function divisorQuestion(
  { metric, measure, parameter }: DivisorAsked,
  question: RowsQuestion,
): RowsQuestion {
  const { rows, where, options } = question;
  const names = allDimensions(metric).map(({ name }) => name);
  const lacking = rows.by.find((name) => !names.includes(name));
  if (lacking !== undefined)
    throw invalidParameter(
      parameter,
      `${metric.name} has no ${lacking}, so its numbers can't be told apart by it. Group by dimensions that both metrics have. See docs/query.md#ratios-of-two-metrics.`,
      rows.by.filter((name) => names.includes(name)),
    );
  return {
    metric: metric.name,
    where: Object.fromEntries(Object.entries(where).filter(([name]) => names.includes(name))),
    period: question.period,
    options,
    rows: {
      by: rows.by,
      measures: [measure],
      order: undefined,
      // A page needs as many of its numbers.
      limit: rows.limit,
      cursor: undefined,
      total: rows.total,
      compare: undefined,
      having: undefined,
      top: undefined,
      within: undefined,
      others: false,
      dryRun: rows.dryRun,
    },
  };
}

/** The period of a divisor's question: that of the question's own, with its dates resolved. */
export function periodOfDivisor(question: RowsQuestion, grain: Grain | null, span: Span): RowsQuestion {
  return { ...question, period: { ...(grain ? { granularity: grain } : {}), ...datesOf(span) } };
}

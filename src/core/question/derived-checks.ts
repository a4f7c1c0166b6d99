import type { DerivedMeasure } from '../derived/derived-measures.ts';
import type { Metric } from '../metric/metric.ts';
import { invalidParameter } from '../problem.ts';
import { GRAINS, type Grain } from '../time/time.ts';
import { totalAmong, type AskedDimension } from './conditions.ts';
import type { RowsText } from './question.ts';

/** Where these rules are explained. */
const READ_ON = 'See docs/query.md#derived-measures.';

interface Checking {
  readonly metric: Metric;
  readonly rows: RowsText;
  readonly grain: Grain | null;
  readonly asked: readonly AskedDimension[];
  readonly name: string;
  readonly measure: string;
  readonly derived: DerivedMeasure;
  readonly within: readonly string[];
  readonly parameter: string;
}

/** Refuses a derived measure that the question lacks something for, or that would be false. @throws Problem that says why */
export function refuseFalse(checking: Checking): void {
  const { metric, rows, grain, name, measure, derived, parameter } = checking;
  if (derived.compares && rows.compare === undefined)
    throw invalidParameter(
      parameter,
      `${name} compares with an earlier range: give compare. ${READ_ON}`,
      'a question with compare: previous, previous_year or a range',
    );
  if (derived.overTime && grain === null)
    throw invalidParameter(
      parameter,
      `${name} goes from period to period: give a grain. ${READ_ON}`,
      GRAINS.filter((one) => metric.grains[one]),
    );
  if (!derived.adds) return;
  if (metric.measures[measure]?.additive === false)
    throw invalidParameter(
      parameter,
      `${name} would add up ${measure}, which counts the same thing again in other rows, periods and days. Its growth, rank, moving average and ratios are true. ${READ_ON}`,
      'a measure that can be added up, or another derived one',
    );
  if (derived.adds === 'days') return;
  if (metric.shape.kind === 'top')
    throw invalidParameter(
      parameter,
      `${metric.name} lists only some entries of each period, so nobody knows the sum that ${name} needs. ${READ_ON}`,
      'a metric without ranked lists',
    );
  if (derived.adds === 'rows') refuseOverlap(checking);
}

/** Refuses to add up rows of which one includes others. @throws Problem */
export function refuseOverlap({
  asked,
  within,
  name,
  parameter,
}: Pick<Checking, 'asked' | 'within' | 'name' | 'parameter'>): void {
  const mixed = asked.find(
    (one) => one.isBy && !within.includes(one.dimension.name) && totalAmong(one) !== undefined,
  );
  if (!mixed) return;
  throw invalidParameter(
    parameter,
    `Rows with ${mixed.dimension.name} ${totalAmong(mixed)} include other rows, so ${name} would count those twice. Leave it out of where.${mixed.dimension.name}. ${READ_ON}`,
  );
}

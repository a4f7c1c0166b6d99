import type { Formula } from './formula.ts';

/** What a derived measure is made of. */
export interface Ingredients {
  /** The place of its measure. */
  readonly measure: number;
  /** The unit of its measure: `views`. */
  readonly unit: string;
  /** The columns whose values say which rows belong together; empty: all do. */
  readonly within: readonly string[];
  readonly periods: number;
  /** The number that it is divided by, and its unit. */
  readonly divisor: Formula;
  readonly per: string;
}

/** A number that a question can ask for beside the measures of its metric. */
export interface DerivedMeasure {
  /** The end of its name, after the measure's: `growth` for `views_growth`. */
  readonly suffix: string;
  /** What its name says behind that: `views_rank_within_project`, `views_moving_average_7`, `views_per_edits-aggregate`. */
  readonly takes?: 'columns' | 'periods' | 'divisor';
  readonly doc: string;
  /** Whether the question has to compare its range with another one. */
  readonly compares?: true;
  /** Whether the question has to have a grain. */
  readonly overTime?: true;
  /**
   * What it adds up, so that the measure has to be additive: the numbers of several rows, of several periods, or only those
   * of the days of a period.
   */
  readonly adds?: 'rows' | 'periods' | 'days';
  readonly unit: (of: Ingredients) => string;
  readonly formula: (of: Ingredients) => Formula;
}

const now = ({ measure }: Ingredients): Formula => ({ is: 'now', measure });
const before = ({ measure }: Ingredients): Formula => ({ is: 'before', measure });
const difference = (of: Ingredients): Formula => ({ is: 'difference', of: now(of), and: before(of) });
const same = ({ unit }: Ingredients): string => unit;

/** The unit of numbers without one: 0.5 is a half. */
export const RATIO = 'ratio';

/** The derived measures. A new one is a declaration here. */
export const DERIVED_MEASURES: readonly DerivedMeasure[] = [
  {
    suffix: 'difference',
    doc: 'The number minus the one that it is compared with; null if there is no earlier row.',
    compares: true,
    unit: same,
    formula: difference,
  },
  {
    suffix: 'growth',
    doc: 'The difference as a share of the earlier number: 0.5 is half more. Null if the earlier number is 0, or if there is none.',
    compares: true,
    unit: () => RATIO,
    formula: (of) => ({ is: 'ratio', of: difference(of), and: before(of) }),
  },
  {
    suffix: 'share',
    takes: 'columns',
    doc: 'The part of the sum over all rows of the question, before having, top and pages: 0.25 is a quarter. `_within_project`: of the rows with the same project.',
    adds: 'rows',
    unit: () => RATIO,
    formula: (of) => ({
      is: 'ratio',
      of: now(of),
      and: { is: 'total', measure: of.measure, within: of.within },
    }),
  },
  {
    suffix: 'rank',
    takes: 'columns',
    doc: 'The place among all rows of the question, the highest number first. Equal numbers have equal ranks, and leave out the next ones: 1, 2, 2, 4. `_within_timestamp`: among the rows of the same period.',
    unit: () => 'rank',
    formula: ({ measure, within }) => ({ is: 'rank', measure, within }),
  },
  {
    suffix: 'moving_average',
    takes: 'periods',
    doc: 'The mean of this many periods, the row’s being the last. Null unless each of them has a row in the answer’s range; fill makes rows for periods without one.',
    overTime: true,
    unit: same,
    formula: ({ measure, periods }) => ({ is: 'moving average', measure, periods }),
  },
  {
    suffix: 'cumulative',
    doc: 'The sum from the start of the range to the row’s period.',
    overTime: true,
    adds: 'periods',
    unit: same,
    formula: ({ measure }) => ({ is: 'running sum', measure }),
  },
  {
    suffix: 'per_day',
    doc: 'The number divided by the days of the period, or of the whole range: months become comparable.',
    adds: 'days',
    unit: ({ unit }) => `${unit}/day`,
    formula: (of) => ({ is: 'ratio', of: now(of), and: { is: 'days' } }),
  },
  {
    suffix: 'per',
    takes: 'divisor',
    doc: 'The number divided by another measure, or by a measure of another metric with the same values in the dimensions that both have. Null where the other one is 0 or has no row.',
    unit: ({ unit, per }) => `${unit}/${per}`,
    formula: (of) => ({ is: 'ratio', of: now(of), and: of.divisor }),
  },
];

/** How the name of a derived measure of `measure` is written. */
export function derivedName(measure: string, { suffix, takes }: DerivedMeasure): string {
  const end = { columns: '[_within_DIMENSION]', periods: '_N', divisor: '_METRIC' };
  return `${measure}_${suffix}${takes ? end[takes] : ''}`;
}

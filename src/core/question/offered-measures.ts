import { derivedName, DERIVED_MEASURES, type DerivedMeasure } from '../derived/derived-measures.ts';
import { TIMESTAMP } from '../derived/formula.ts';
import type { Catalogue } from '../metric/catalogue.ts';
import type { Metric } from '../metric/metric.ts';
import { Problem } from '../problem.ts';
import type { Grain } from '../time/time.ts';
import { askedOf } from './conditions.ts';
import { divisorQuestion } from './plan-analysis.ts';
import { grainAsked } from './query-checks.ts';
import { readMeasures } from './query-measures.ts';
import type { RowsQuestion } from './question.ts';

/** A derived measure that a question can ask for. */
export interface OfferedMeasure {
  /** Its name in the question. */
  readonly name: string;
  readonly unit: string;
  readonly doc: string;
  /** Whether it divides by another measure; there may be many of these. */
  readonly isRatio: boolean;
}

/** A kind of derived measure that a question can't ask for. */
export interface RefusedMeasure {
  /** How its name would be written. */
  readonly name: string;
  readonly why: string;
}

export interface MeasuresOffered {
  readonly offered: readonly OfferedMeasure[];
  readonly refused: readonly RefusedMeasure[];
}

/** Lengths of moving averages that people ask for. */
const PERIODS: Readonly<Record<Grain, readonly number[]>> = {
  hourly: [24, 168],
  daily: [7, 28],
  weekly: [4, 13],
  monthly: [3, 12],
  yearly: [3, 5],
};

/**
 * The derived measures of one measure that a question could have instead of its own. Each was tried as a question would be
 * planned, so that a reason for a refusal is the one that the question would get. Nothing is read.
 * @param divisors the metrics to divide by
 * @throws Problem for other mistakes of the question
 */
export function offeredMeasures(
  question: RowsQuestion,
  measure: string,
  metric: Metric,
  { catalogue, divisors }: { readonly catalogue: Catalogue; readonly divisors: readonly Metric[] },
): MeasuresOffered {
  const grain = grainAsked(metric, question.period.granularity);
  const asked = askedOf(metric, question);
  const others = [
    ...Object.keys(metric.measures).filter((name) => name !== measure),
    ...divisors.filter((one) => one !== metric).map(({ name }) => name),
  ];
  const offered: OfferedMeasure[] = [];
  const refused: RefusedMeasure[] = [];
  for (const derived of DERIVED_MEASURES) {
    const { rows } = question;
    const compare = derived.compares ? (rows.compare ?? ('previous' as const)) : rows.compare;
    let why: string | undefined;
    let isOffered = false;
    for (const name of namesOf(measure, derived, { by: rows.by, grain, others })) {
      try {
        const trying = { ...rows, measures: [name], having: undefined, compare };
        const { cells, divisors: its } = readMeasures({ metric, rows: trying, grain, asked, catalogue });
        for (const one of its) askedOf(one.metric, divisorQuestion(one, question));
        isOffered = true;
        const { doc, takes } = derived;
        offered.push({ name, unit: cells[0]?.unit ?? '', doc, isRatio: takes === 'divisor' });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        why ??= error.message;
      }
    }
    if (!isOffered) refused.push({ name: derivedName(measure, derived), why: why ?? NOTHING_TO_TAKE });
  }
  return { offered, refused };
}

const NOTHING_TO_TAKE = 'There is no other measure or metric that it could be divided by.';

/** The names that a derived measure may have in a question. */
function namesOf(
  measure: string,
  { suffix, takes }: DerivedMeasure,
  { by, grain, others }: { by: readonly string[]; grain: Grain | null; others: readonly string[] },
): string[] {
  const plain = `${measure}_${suffix}`;
  switch (takes) {
    case undefined:
      return [plain];
    case 'columns': {
      // Among rows that are alike in all of their columns there is one.
      const columns = [...by, ...(grain ? [TIMESTAMP] : [])];
      return [plain, ...(columns.length > 1 ? columns.map((name) => `${plain}_within_${name}`) : [])];
    }
    case 'periods':
      return (grain ? PERIODS[grain] : [PERIODS.daily[0]]).map((periods) => `${plain}_${periods}`);
    case 'divisor':
      return others.map((name) => `${plain}_${name}`);
  }
}

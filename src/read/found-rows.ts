import { type Coverage, hullOf } from '../core/time/coverage.ts';
import type { QueryRow } from '../core/question/query-answer.ts';
import { isKnown } from '../core/question/periods.ts';
import type { RowsPlan } from '../core/question/plan.ts';
import { coverageOfGroup } from '../core/question/rows-aggregation.ts';
import { sumOfDecimals } from '../core/value/decimal-sum.ts';
import { Problem } from '../core/problem.ts';
import { lengthOf, type Ordinal, type Span, refine } from '../core/time/time.ts';
import { refuseInexact } from './inexact.ts';

/** The maximum number of rows that are held in memory to be filled, compared or sorted. */
export const MAX_HELD_ROWS = 50_000;

/** The numbers of one group in one period, or over the whole range. */
export interface Found {
  readonly values: readonly string[];
  readonly ordinal: Ordinal | undefined;
  readonly measures: readonly (number | null)[];
}

/** A row's group and period as one key. */
export function placeOf(values: readonly string[], ordinal: number | undefined): string {
  return `${ordinal ?? ''}\0${values.join('\0')}`;
}

/** Makes the numbers of a period without a row: zeros if it is known that nothing happened, else nulls. */
function gapOf(plan: RowsPlan, values: readonly string[]): (ordinal: Ordinal) => (number | null)[] {
  const coverage = coverageOfGroup(plan, values);
  const { query, source, span } = plan;
  return (ordinal) => {
    const zero = query.fill === 'zero' && isKnown(coverage, source, span.grain, ordinal);
    return plan.measures.map(() => (zero ? 0 : null));
  };
}

/**
 * Rows for every period of the range, of each listed group; without a list, of each group with a row.
 * @throws Problem if they would be too many
 */
export function filled(plan: RowsPlan, found: readonly Found[], span: Span): Found[] {
  const known = new Map(found.map((row) => [placeOf(row.values, row.ordinal), row]));
  const groups = plan.groups ?? [
    ...new Map(found.map(({ values }) => [placeOf(values, 0), values])).values(),
  ];
  if (groups.length * lengthOf(span) > MAX_HELD_ROWS) throw tooMany('fill');
  return groups.flatMap((values) => {
    const gap = gapOf(plan, values);
    return Array.from({ length: lengthOf(span) }, (_, i): Found => {
      const ordinal = span.first + i;
      return known.get(placeOf(values, ordinal)) ?? { values, ordinal, measures: gap(ordinal) };
    });
  });
}

/** The problem of too many rows. @param parameter the member of the question that makes them so many */
export function tooMany(parameter: 'fill' | 'live'): Problem {
  return new Problem(
    'too-many-points',
    `All pages of the answer together would have more than ${MAX_HELD_ROWS} rows. Ask for a shorter range, a coarser grain or fewer values.`,
    { parameter, allowed: `at most ${MAX_HELD_ROWS} rows` },
  );
}

/**
 * Whether a coverage reaches from the start to the end of the range that a plan compares with. Otherwise the
 * sum of a part would be compared with the sum of a whole.
 */
export function comparesWhole({ compared: before, source }: RowsPlan, coverage: Coverage): boolean {
  const hull = hullOf(coverage);
  if (!before || !hull) return false;
  const read = refine(before, source);
  return hull.first <= read.first && read.last <= hull.last;
}

/** Puts the numbers of the earlier range beside those of the rows. */
export function compared(
  plan: RowsPlan,
  now: readonly Found[],
  before: readonly Found[] | undefined,
): QueryRow[] {
  if (!before || !plan.compared) return now.map((row) => ({ ...row, compared: undefined }));
  const shift = plan.span.first - plan.compared.first;
  const known = new Map(before.map(({ values, ordinal, measures }) => [placeOf(values, ordinal), measures]));
  const nothing = plan.measures.map(() => null);
  const isPart = (row: Found): boolean =>
    row.ordinal === undefined && !comparesWhole(plan, coverageOfGroup(plan, row.values));
  return now.map((row) => {
    const place = placeOf(row.values, row.ordinal === undefined ? undefined : row.ordinal - shift);
    return { ...row, compared: (isPart(row) ? undefined : known.get(place)) ?? nothing };
  });
}

/**
 * The sums of the rows' measures; null if no row has a number, or a stored one lacks it.
 * @param stored the stored rows, without the rows that `fill` made
 */
export function added(plan: RowsPlan, rows: readonly Found[], stored = rows): (number | null)[] {
  return plan.measures.map((_, m) => {
    if (stored.some(({ measures }) => measures[m] === null)) return null;
    const numbers = rows.flatMap(({ measures }) => measures[m] ?? []);
    return numbers.length === 0 ? null : sumOfDecimals(numbers);
  });
}

/** @throws Problem if a number is too large to be exact */
export function refuseInexactRows(plan: RowsPlan, rows: readonly Pick<Found, 'measures'>[]): void {
  const sums = plan.measures.map((_, m) => rows.map(({ measures }) => measures[m] ?? null));
  refuseInexact(plan.metric, plan.measures, sums, 'range');
}

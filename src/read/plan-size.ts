import type { Coverage } from '../core/time/coverage.ts';
import type { Plan, SeriesRead } from '../core/question/plan.ts';

/*
 * Upper estimates of the memory that plans take, from the sizes of V8's objects.
 */

/** Bytes of an object with a few members, of an array without its elements, and of an element. */
const OBJECT = 100;
const LIST = 32;
const ELEMENT = 8;
/** Bytes of a text without its characters, which may take two bytes each. */
const TEXT = 24;

/** The memory of a plan in bytes, without what it shares with others: the metric and the state of its table. */
export function sizeOfPlan(plan: Plan): number {
  const asked = sum(plan.asked.map(({ values = [], not }) => 2 * OBJECT + sizeOfLists([values, not])));
  // A plan holds the question up to three times: in its original form, resolved (for rows), and in its key.
  return 20 * OBJECT + 3 * sizeOfText(plan.key) + 2 * asked + sizeOfParts(plan);
}

function sizeOfParts(plan: Plan): number {
  if (plan.kind === 'top')
    return sum(plan.lists.map((list, i) => sizeOfTexts(list) + sizeOfCoverage(plan.coverages[i] ?? [])));
  if (plan.kind === 'series') return sizeOfSeries(plan);
  const { groups = [], scopes, loaded, series, analysis } = plan;
  return (
    (analysis ? analysis.cells.length * 4 * OBJECT + sum(analysis.divisors.map(sizeOfPlan)) : 0) +
    sizeOfLists(groups) +
    sum(scopes.map(({ values, coverage }) => OBJECT + sizeOfTexts(values) + sizeOfCoverage(coverage))) +
    sizeOfCoverage(loaded) +
    sum(series.map(sizeOfSeries))
  );
}

function sizeOfSeries({ parts }: Pick<SeriesRead, 'parts'>): number {
  return sum(
    parts.map(
      ({ values, members, coverage }) =>
        2 * OBJECT + sizeOfLists([values, ...members]) + sizeOfCoverage(coverage),
    ),
  );
}

function sizeOfCoverage(coverage: Coverage): number {
  return LIST + coverage.length * OBJECT;
}

function sizeOfLists(lists: readonly (readonly string[])[]): number {
  return LIST + sum(lists.map(sizeOfTexts));
}

function sizeOfTexts(texts: readonly string[]): number {
  return LIST + sum(texts.map((text) => ELEMENT + sizeOfText(text)));
}

function sizeOfText(text: string): number {
  return TEXT + text.length * 2;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

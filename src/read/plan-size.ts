import type { Coverage } from '../core/time/coverage.ts';
import type { Plan, SeriesRead } from '../core/question/plan.ts';

/*
 * What plans take in memory, estimated from above: each object, list and text as V8 lays it out.
 */

/** An object of a few members, a list without its elements, an element. */
const OBJECT = 100;
const LIST = 32;
const ELEMENT = 8;
/** A text without its characters, which may be of two bytes. */
const TEXT = 24;

/** In bytes. What all plans of a metric share isn't counted, nor the state of its table. */
export function sizeOfPlan(plan: Plan): number {
  const asked = sum(plan.asked.map(({ values = [], not }) => 2 * OBJECT + sizeOfLists([values, not])));
  // The question is in the plan as it was asked, in the rows' also as it was understood, and in its key.
  return 20 * OBJECT + 3 * sizeOfText(plan.key) + 2 * asked + sizeOfParts(plan);
}

function sizeOfParts(plan: Plan): number {
  if (plan.kind === 'top')
    return sum(plan.lists.map((list, i) => sizeOfTexts(list) + sizeOfCoverage(plan.coverages[i] ?? [])));
  if (plan.kind === 'series') return sizeOfSeries(plan);
  const { groups = [], scopes, loaded, series } = plan;
  return (
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

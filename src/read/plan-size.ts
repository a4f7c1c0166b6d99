import type { Coverage } from '../core/coverage.ts';
import type { Plan } from '../core/plan.ts';
import type { QueryPlan } from '../core/query/query-plan.ts';

/*
 * What plans take in memory, estimated from above: each object, list and text as V8 lays it out.
 */

/** An object of a few members, a list without its elements, an element. */
const OBJECT = 100;
const LIST = 32;
const ELEMENT = 8;
/** A text without its characters, which may be of two bytes. */
const TEXT = 24;

/** In bytes. What all plans of a metric share isn't counted. */
export function sizeOfPlan(plan: Plan): number {
  const own =
    plan.kind === 'series'
      ? plan.parts.map(
          ({ values, members, coverage }) =>
            2 * OBJECT + sizeOfLists([values, ...members]) + sizeOfCoverage(coverage),
        )
      : plan.lists.map((list, i) => sizeOfTexts(list) + sizeOfCoverage(plan.coverages[i] ?? []));
  return 10 * OBJECT + sum(own) + sizeOfLists([...plan.listed, plan.varied]) + sizeOfText(plan.key);
}

/** In bytes, without the state of the table. */
export function sizeOfQueryPlan(plan: QueryPlan): number {
  const { key, asked, groups = [], scopes, loaded } = plan;
  return (
    // The question is in the plan as it was understood, and in its key.
    20 * OBJECT +
    3 * sizeOfText(key) +
    sum(asked.map(({ values = [], not }) => 2 * OBJECT + sizeOfLists([values, not]))) +
    sizeOfLists(groups) +
    sum(scopes.map(({ values, coverage }) => OBJECT + sizeOfTexts(values) + sizeOfCoverage(coverage))) +
    sizeOfCoverage(loaded)
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

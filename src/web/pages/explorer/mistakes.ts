import type { Metric } from '../../../core/metric/metric.ts';
import { type Problem, problemInWords } from '../../../core/problem.ts';
import { html, type Html, type Part } from '../../html.ts';

function isAt(name: string, problem: Problem | undefined): problem is Problem {
  return problem?.status === 400 && problem.members.parameter === name;
}

/** The controls besides those of dimensions. */
const CONTROLS =
  'metric granularity start end year month day measure view compare by measures having top within others order'.split(
    ' ',
  );

const DATES = ['start', 'end'];

/** Whether a mistake is shown at its control. Then the page doesn't repeat it. */
export function isShownAtControl(metric: Metric | undefined, problem: Problem): boolean {
  const { parameter } = problem.members;
  if (problem.status !== 400 || parameter === undefined) return false;
  return metric === undefined
    ? parameter === 'metric'
    : CONTROLS.includes(parameter) || metric.path.includes(`{${parameter}}`);
}

/**
 * Returns the aria-describedby of a control: its explanation, if it has one, and its error.
 * @param doc the id of the explanation, or true for `NAME-doc`
 */
export function describedBy(name: string, problem: Problem | undefined, doc: string | boolean = false): Html {
  const ids = [
    ...(doc === false ? [] : [doc === true ? `${name}-doc` : doc]),
    ...(isAt(name, problem) ? [`${name}-error`] : []),
  ];
  return html`${ids.length > 0 && html`aria-describedby="${ids.join(' ')}"`}`;
}

/** Returns the attributes that connect a control with its error and explanation. */
export function invalidAt(name: string, problem: Problem | undefined, doc: string | boolean = false): Html {
  return html`${isAt(name, problem) && html`aria-invalid="true"`} ${describedBy(name, problem, doc)}`;
}

/** Renders the error of a control. */
export function errorAt(name: string, problem: Problem | undefined): Part {
  if (!isAt(name, problem)) return undefined;
  const { allowed, hint } = problem.members;
  // AQS's messages about dates are for programs; the hint says the same for people.
  const isDate = DATES.includes(name) && problem.code === 'invalid-parameter' && hint !== undefined;
  return html`<p class="error" id="${name}-error">
    ${(isDate ? hint : problemInWords(problem)).replace(/[.?]?$/, (end) => end || '.')}
    ${typeof allowed === 'string' && !isDate && `It takes ${allowed}.`}
  </p>`;
}

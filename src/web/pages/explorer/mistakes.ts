import type { Metric } from '../../../core/metric/metric.ts';
import { type Problem, problemInWords } from '../../../core/problem.ts';
import { html, type Html, type Part } from '../../html.ts';

function isAt(name: string, problem: Problem | undefined): problem is Problem {
  return problem?.status === 400 && problem.members.parameter === name;
}

/** The controls that every metric has, or some have besides their dimensions. */
const CONTROLS = 'metric granularity start end year month day measure view compare'.split(' ');

const DATES = ['start', 'end'];

/** Whether a mistake is told at the control that it was made in: once is enough. */
export function isShownAtControl(metric: Metric | undefined, problem: Problem): boolean {
  const { parameter } = problem.members;
  if (problem.status !== 400 || parameter === undefined) return false;
  return metric === undefined
    ? parameter === 'metric'
    : CONTROLS.includes(parameter) || metric.path.includes(`{${parameter}}`);
}

/**
 * What a control is described by: its explanation where it has one, and what is wrong with it.
 * @param doc the id of the explanation, or true for `NAME-doc`
 */
export function describedBy(name: string, problem: Problem | undefined, doc: string | boolean = false): Html {
  const ids = [
    ...(doc === false ? [] : [doc === true ? `${name}-doc` : doc]),
    ...(isAt(name, problem) ? [`${name}-error`] : []),
  ];
  return html`${ids.length > 0 && html`aria-describedby="${ids.join(' ')}"`}`;
}

/** The attributes of a control by which its mistake and explanation are found. */
export function invalidAt(name: string, problem: Problem | undefined, doc: string | boolean = false): Html {
  return html`${isAt(name, problem) && html`aria-invalid="true"`} ${describedBy(name, problem, doc)}`;
}

/** What is wrong with a control's value. */
export function errorAt(name: string, problem: Problem | undefined): Part {
  if (!isAt(name, problem)) return undefined;
  const { allowed, hint } = problem.members;
  // AQS's words on dates are for programs, and the hint has what they say.
  const isDate = DATES.includes(name) && problem.code === 'invalid-parameter' && hint !== undefined;
  return html`<p class="error" id="${name}-error">
    ${(isDate ? hint : problemInWords(problem)).replace(/[.?]?$/, (end) => end || '.')}
    ${typeof allowed === 'string' && !isDate && `It takes ${allowed}.`}
  </p>`;
}

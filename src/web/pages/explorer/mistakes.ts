import type { Problem } from '../../../core/problem.ts';
import { html, type Html, type Part } from '../../html.ts';

function isAt(name: string, problem: Problem | undefined): problem is Problem {
  return problem?.status === 400 && problem.members.parameter === name;
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
  const { allowed } = problem.members;
  return html`<p class="error" id="${name}-error">
    ${problem.message.replace(/\.?$/, '.')} ${typeof allowed === 'string' && `It takes ${allowed}.`}
  </p>`;
}

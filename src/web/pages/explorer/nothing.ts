import { type Problem, problemInWords } from '../../../core/problem.ts';
import type { Road } from '../../../read/road.ts';
import { html, type Html } from '../../html.ts';
import { isLoaded } from '../../families.ts';
import { isShownAtControl } from './mistakes.ts';
import type { ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

/**
 * Renders the replacement of an answer: what is wrong, and what can be asked for instead.
 * @param instead offers for values that have no rows
 */
export function nothing(
  road: Road,
  state: ExplorerState | undefined,
  problem: Problem,
  instead: readonly Html[] = [],
): Html {
  const { reason, parameter } = problem.members;
  const isElsewhere = isShownAtControl(state?.metric, problem);
  return html`<div class="nothing" id="problem">
    <h1>${problem.status === 400 ? 'This can’t be answered' : 'Nothing to show'}</h1>
    ${!isElsewhere && html`<p>${problemInWords(problem)}</p>`}
    ${
      parameter !== undefined &&
      (isElsewhere || state?.metric.path.includes(`{${parameter}}`)) &&
      html`<p><a href="#${parameter}">Change ${labelOf(parameter).toLowerCase()}</a></p>`
    }
    ${state && reason && whatIsThere(road, state, instead)}
  </div>`;
}

function whatIsThere(road: Road, { metric }: ExplorerState, instead: readonly Html[]): Html {
  if (!isLoaded(road, metric))
    return html`<p>No data of “${metric.title}” is loaded yet. Load it with:</p>
      <pre tabindex="0"><code>kraken import ${metric.name} FILE…</code></pre>`;
  return html`${instead}
    <p><a href="/?metric=${metric.name}">Show what is there</a></p>`;
}

/** Renders the replacement of an answer if nothing at all is loaded. */
export function empty(): Html {
  return html`<div class="nothing" id="problem">
    <h1>Nothing is loaded yet</h1>
    <p>Load a sample of real Wikimedia numbers, or your own numbers, with one of these commands:</p>
    <pre tabindex="0"><code>kraken serve --sample
kraken import pageviews-per-article FILE…</code></pre>
    <p>
      The numbers appear within two seconds after their import, without a restart.
      <a href="/docs">The docs</a> say what can be loaded.
    </p>
  </div>`;
}

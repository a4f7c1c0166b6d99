import { type Problem, problemInWords } from '../../../core/problem.ts';
import type { Road } from '../../../read/road.ts';
import { html, type Html } from '../../html.ts';
import { isLoaded } from '../../families.ts';
import { isShownAtControl } from './mistakes.ts';
import type { ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

/**
 * What stands in place of an answer: what is wrong, and what can be asked for instead.
 * @param instead what is loaded instead of values that have no rows
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
    return html`<p>Of “${metric.title}” nothing is loaded yet:</p>
      <pre tabindex="0"><code>kraken import ${metric.name} FILE…</code></pre>`;
  return html`${instead}
    <p><a href="/?metric=${metric.name}">Show what is there</a></p>`;
}

/** What stands there where nothing at all is loaded. */
export function empty(): Html {
  return html`<div class="nothing" id="problem">
    <h1>Nothing is loaded yet</h1>
    <p>A sample of real Wikimedia numbers, or numbers of your own, are a command away:</p>
    <pre tabindex="0"><code>kraken serve --sample
kraken import pageviews-per-article FILE…</code></pre>
    <p>
      They are shown within two seconds of their import, without a restart. <a href="/docs">The docs</a> say
      what can be loaded.
    </p>
  </div>`;
}

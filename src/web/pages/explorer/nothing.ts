import { chosenDimensions } from '../../../core/path-parameters.ts';
import { type Problem, problemInWords } from '../../../core/problem.ts';
import type { Road } from '../../../read/road.ts';
import { shownValue } from '../../../formats/chart/title.ts';
import { html, type Html } from '../../html.ts';
import { isLoaded } from '../../families.ts';
import { isToldAtControl } from './mistakes.ts';
import type { NearValues } from './near-values.ts';
import { fieldOf, urlOf, valuesIn, withParameters, type ExplorerState } from './state.ts';
import { labelOf } from './words.ts';

/**
 * What stands in place of an answer: what is wrong, and what can be asked for instead.
 * @param near what is loaded instead of values that have no rows
 */
export function nothing(
  road: Road,
  state: ExplorerState | undefined,
  problem: Problem,
  near: readonly NearValues[] = [],
): Html {
  const { reason, parameter } = problem.members;
  const isElsewhere = isToldAtControl(state?.metric, problem);
  return html`<div class="nothing" id="problem">
    <h1>${problem.status === 400 ? 'This can’t be answered' : 'Nothing to show'}</h1>
    ${!isElsewhere && html`<p>${problemInWords(problem)}</p>`}
    ${
      parameter !== undefined &&
      (isElsewhere || state?.metric.path.includes(`{${parameter}}`)) &&
      html`<p><a href="#${parameter}">Change ${labelOf(parameter).toLowerCase()}</a></p>`
    }
    ${state && reason && loadedInstead(road, state, near)}
  </div>`;
}

function loadedInstead(road: Road, state: ExplorerState, near: readonly NearValues[]): Html {
  const { metric } = state;
  if (!isLoaded(road, metric))
    return html`<p>Of “${metric.title}” nothing is loaded yet:</p>
      <pre tabindex="0"><code>kraken import ${metric.name} FILE…</code></pre>`;
  return html`${near.map((one) => instead(state, one))}
    <p><a href="/?metric=${metric.name}">Show what is there</a></p>`;
}

/** Values of the same dimension, each a link to the same question with it. */
function instead(state: ExplorerState, { dimension, asked, loaded, areNear, isTogether }: NearValues): Html {
  const { name } = dimension;
  const label = labelOf(name).toLowerCase();
  const links = loaded.map((value) => {
    const values = valuesIn(state, name).map((one) => (one === asked ? value : one));
    const text = [...new Set(values)].join('|');
    const url = isTogether ? urlOf(withParameters(state, { [name]: text })) : looseUrl(state, name, text);
    return html`<li><a href="${url}">${shownValue(dimension, value)}</a></li>`;
  });
  return html`<p>
      Loaded instead of the ${label} “${shownValue(dimension, asked)}”,
      ${areNear ? 'spelt like it' : 'for example'}:
    </p>
    <ul class="near">
      ${links}
    </ul>`;
}

/** The URL with a value of a dimension that leaves those that are chosen from a list, and the range, to what is loaded. */
function looseUrl({ metric, parameters }: ExplorerState, name: string, text: string): string {
  const query = new URLSearchParams({ metric: metric.name });
  for (const { name: kept, values } of chosenDimensions(metric))
    if (!values && parameters[kept] !== undefined) query.set(fieldOf(kept), parameters[kept]);
  query.set(fieldOf(name), text);
  return `/?${query.toString()}`;
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

import type { Metric } from '../../../core/metric.ts';
import { type Problem, problemInWords } from '../../../core/problem.ts';
import type { Road } from '../../../read/road.ts';
import { html, type Html } from '../../html.ts';
import { isLoaded } from './defaults.ts';
import { isToldAtControl } from './mistakes.ts';
import { labelOf } from './words.ts';

/** What stands in place of an answer: what is wrong, and what can be asked for instead. */
export function nothing(road: Road, metric: Metric | undefined, problem: Problem): Html {
  const { reason, parameter } = problem.members;
  const isElsewhere = isToldAtControl(metric, problem);
  return html`<div class="nothing" id="problem">
    <h1>${problem.status === 400 ? 'This can’t be answered' : 'Nothing to show'}</h1>
    ${!isElsewhere && html`<p>${problemInWords(problem)}</p>`}
    ${
      parameter !== undefined &&
      (isElsewhere || metric?.path.includes(`{${parameter}}`)) &&
      html`<p><a href="#${parameter}">Change ${labelOf(parameter).toLowerCase()}</a></p>`
    }
    ${metric && reason && instead(road, metric)}
  </div>`;
}

function instead(road: Road, metric: Metric): Html {
  return isLoaded(road, metric)
    ? html`<p><a href="/?metric=${metric.name}">Show what is there</a></p>`
    : html`<pre tabindex="0"><code>kraken import ${metric.name} FILE…</code></pre>`;
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

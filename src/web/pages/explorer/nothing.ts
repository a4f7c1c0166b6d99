import { scopeValues } from '../../../api/dimension-values.ts';
import type { Metric } from '../../../core/metric.ts';
import { chosenDimensions } from '../../../core/path-parameters.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Road } from '../../../read/road.ts';
import { listInWords } from '../../../formats/chart/words.ts';
import { html, type Html } from '../../html.ts';
import { isLoaded } from './defaults.ts';
import { labelOf } from './words.ts';

/** As many loaded values are named. */
const MOST_NAMED = 8;

const REASONS = {
  'not-loaded': 'Nothing of this is loaded here.',
  'outside-coverage': 'Nothing is loaded in this range.',
  'no-rows': 'There are no rows for these values in this range.',
} as const;

/** What stands in place of an answer: what is wrong, and what can be asked for instead. */
export function nothing(road: Road, metric: Metric | undefined, problem: Problem): Html {
  const { reason, parameter } = problem.members;
  return html`<div class="nothing" id="problem">
    <h1>${problem.status === 400 ? 'This can’t be answered' : 'Nothing to show'}</h1>
    <p>${reason ? REASONS[reason] : problem.message}</p>
    ${
      parameter !== undefined &&
      metric?.path.includes(`{${parameter}}`) &&
      html`<p><a href="#${parameter}">Change ${labelOf(parameter).toLowerCase()}</a></p>`
    }
    ${metric && reason && loadedInstead(road, metric)}
  </div>`;
}

function loadedInstead(road: Road, metric: Metric): Html {
  if (!isLoaded(road, metric))
    return html`<p>Of “${metric.title}” nothing is loaded yet:</p>
      <pre tabindex="0"><code>kraken import ${metric.name} FILE…</code></pre>`;
  const named = metric.scope.flatMap((name) => {
    const dimension = chosenDimensions(metric).find((one) => one.name === name);
    const values = dimension ? (scopeValues(metric, dimension, road.watch.stateOf(metric)) ?? []) : [];
    if (values.length === 0) return [];
    return [`${labelOf(name).toLowerCase()} ${listInWords(values, MOST_NAMED)}`];
  });
  return html`<p>
    ${named.length > 0 && `Loaded of “${metric.title}”: ${named.join('; ')}. `}<a
      href="/?metric=${metric.name}"
      >Show what is there</a
    >
  </p>`;
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

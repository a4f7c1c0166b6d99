import { hullOf } from '../../core/time/coverage.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { coverageOf, type TableState } from '../../core/time/table-state.ts';
import { GRAINS } from '../../core/time/time.ts';
import { periodInWords } from '../../formats/chart/words.ts';
import type { Example } from '../examples.ts';
import type { Family } from '../families.ts';
import { html, type Html, type Part } from '../html.ts';
import { inline } from '../markdown.ts';
import type { DocsPage } from './docs-frame.ts';

/** What is known of a metric besides its declaration. */
export interface ListedMetric {
  readonly state: TableState;
  /** A question that has an answer here, where there is one. */
  readonly example: Example | undefined;
}

/** Every metric with what is loaded of it: what `/catalogue` tells programs, for people. */
export function cataloguePage(
  families: readonly Family[],
  listed: (metric: Metric) => ListedMetric,
): DocsPage {
  return {
    title: 'Catalogue',
    description: 'Every metric, what is loaded of it from when to when, and an example of how to ask for it.',
    path: '/catalogue',
    negotiated: true,
    main: html`<h1>Catalogue</h1>
      <p class="lead">Every metric, what is loaded of it on this instance, and a request to begin with.</p>
      <p>
        Programs get the same as JSON at this address, unless they ask for a page:
        <a href="/catalogue?format=json"><code>/catalogue?format=json</code></a
        >.
      </p>
      ${families.map(
        ({ title, metrics, isLoaded }) =>
          html`<h2>${title}</h2>
            ${isLoaded ? metrics.map((metric) => entry(metric, listed(metric))) : missing(metrics)}`,
      )}`,
  };
}

function entry(metric: Metric, { state, example }: ListedMetric): Html {
  const { name, title, doc } = metric;
  return html`<section class="entry" id="${name}" aria-labelledby="${name}-title">
    <h3 id="${name}-title"><a href="/docs/${name}">${title}</a></h3>
    <p>${inline(doc)}</p>
    <dl class="facts">
      <dt>Loaded</dt>
      ${loadedOf(metric, state)}
      ${
        example?.plan &&
        html`<dt>Example</dt>
          <dd>
            <a href="/metrics${example.path}"><code>/metrics${example.path}</code></a>
          </dd>`
      }
      <dt>JSON</dt>
      <dd>
        <a href="/catalogue/${name}"><code>/catalogue/${name}</code></a>
      </dd>
    </dl>
  </section>`;
}

/** Of each stored grain from when to when, and of how many projects or the like. */
function loadedOf({ scope }: Metric, state: TableState): Part {
  return GRAINS.flatMap((grain) => {
    const hull = hullOf(coverageOf(state, grain, undefined));
    if (!hull) return [];
    const count = state.coverage.get(grain)?.size ?? 0;
    const what =
      scope.length > 0 && `, ${count} ${count === 1 ? 'value' : 'values'} of ${scope.join(' and ')}`;
    return [
      html`<dd>
        ${[...new Set([hull.first, hull.last])].map((ordinal) => periodInWords(grain, ordinal)).join(' to ')},
        ${grain}${what}
      </dd>`,
    ];
  });
}

function missing(metrics: readonly Metric[]): Html {
  return html`<p>
      Their pages say what they count and how they are asked for. They answer as soon as numbers are imported.
    </p>
    <dl class="metrics">
      ${metrics.map(
        ({ name, title, doc }) =>
          html`<dt><a href="/docs/${name}">${title}</a></dt>
            <dd>${inline(doc)}</dd>`,
      )}
    </dl>`;
}

import { hullOf } from '../../core/time/coverage.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { coverageOf, type TableState } from '../../core/time/table-state.ts';
import { GRAINS } from '../../core/time/time.ts';
import { periodInWords } from '../../formats/chart/words.ts';
import type { Example } from '../../read/examples.ts';
import type { Family } from '../families.ts';
import { html, type Html, type Part } from '../html.ts';
import { inline } from '../markdown.ts';
import type { DocsPage } from './docs-frame.ts';

/** The details of a metric besides its declaration. */
export interface Details {
  readonly state: TableState;
  /** An example, if possible one with an answer. */
  readonly example: Example | undefined;
}

/** The catalogue for people: every metric and its loaded data. */
export function cataloguePage(families: readonly Family[], detailsOf: (metric: Metric) => Details): DocsPage {
  return {
    title: 'Catalogue',
    description: 'Every metric, with its loaded dates and an example request.',
    path: '/catalogue',
    negotiated: true,
    main: html`<h1>Catalogue</h1>
      <p class="lead">Every metric, what is loaded of it on this instance, and an example request.</p>
      <p>
        Programs get the same as JSON at this address:
        <a href="/catalogue?format=json"><code>/catalogue?format=json</code></a
        >.
      </p>
      ${families.map(
        ({ title, metrics, isLoaded }) =>
          html`<h2>${title}</h2>
            ${isLoaded ? metrics.map((metric) => entry(metric, detailsOf(metric))) : missing(metrics)}`,
      )}`,
  };
}

function entry(metric: Metric, { state, example }: Details): Html {
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

/** Lists the loaded dates of each stored grain, and the number of loaded projects or the like. */
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
      Their pages say what they count and how to request them. They have answers as soon as data is imported.
    </p>
    <dl class="metrics">
      ${metrics.map(
        ({ name, title, doc }) =>
          html`<dt><a href="/docs/${name}">${title}</a></dt>
            <dd>${inline(doc)}</dd>`,
      )}
    </dl>`;
}

import { codeBlock } from '../code.ts';
import type { Example } from '../../read/examples.ts';
import type { Family } from '../families.ts';
import { GUIDES } from '../guides.ts';
import { html, type Part } from '../html.ts';
import { inline } from '../markdown.ts';
import type { DocsPage } from './docs-frame.ts';

/** The data of the first page of the docs. */
export interface DocsView {
  readonly families: readonly Family[];
  /** The address of this instance, without a trailing slash. */
  readonly base: string;
  /** A question with an answer; undefined if nothing is loaded. */
  readonly first: Example | undefined;
  readonly answer: { readonly json: string } | { readonly sentence: string };
  readonly figure: Part;
}

/** The first page of the docs: what Kraken is, a first request, all metrics, and the guides. */
export function docsPage({ families, base, first, answer, figure }: DocsView): DocsPage {
  return {
    title: 'Docs',
    description: 'What Kraken is, a first request, every metric, and guides.',
    path: '/docs',
    main: html`<h1>Getting started</h1>
      <p class="lead">
        Kraken tells how often something happened: pageviews, unique devices, edits and more, by URL and by
        GraphQL. Anybody can use it, without a key.
      </p>
      <h2 id="first-request">Your first request</h2>
      ${
        first
          ? html`<p>
                ${first.metric.title}, as this instance answers now. The URL names the metric, its dimensions,
                the granularity, and the start and end of the range.
              </p>
              ${codeBlock(`curl '${base}/metrics${first.path}'`)}
              ${'json' in answer ? codeBlock(answer.json) : html`<p class="note">${answer.sentence}</p>`}
              ${figure}
              <p>
                The same as <a href="/metrics${first.path}.csv">CSV</a>, as
                <a href="/metrics${first.path}.svg">a picture</a>, or
                <a href="/metrics${first.path}">right here in the browser</a>.
                <a href="/docs/${first.metric.name}">The page of the metric</a> explains each part.
              </p>`
          : html`<p class="note">Nothing is loaded on this instance yet, so there is no example.</p>`
      }
      <h2 id="metrics">Metrics</h2>
      ${families.map(
        ({ title, metrics, isLoaded }) =>
          html`<h3>${title}</h3>
            ${!isLoaded && html`<p>They have answers as soon as data is imported.</p>`}
            <dl class="metrics">
              ${metrics.map(
                ({ name, title, doc }) =>
                  html`<dt><a href="/docs/${name}">${title}</a></dt>
                    <dd>${inline(doc)}</dd>`,
              )}
            </dl>`,
      )}
      <h2 id="guides">Guides</h2>
      <dl class="metrics">
        <dt><a href="/docs/clients">Clients</a></dt>
        <dd>curl, JavaScript, Python, R, spreadsheets, Grafana and Observable, ready to copy.</dd>
        <dt><a href="/docs/limits">Limits</a></dt>
        <dd>How much one request may ask for, and how long answers may be cached.</dd>
        <dt><a href="/docs/licence">Licence and privacy</a></dt>
        <dd>What you may do with the numbers, where they come from, and what is never published.</dd>
        ${GUIDES.map(
          ({ name, title, doc }) =>
            html`<dt><a href="/docs/guides/${name}">${title}</a></dt>
              <dd>${doc}</dd>`,
        )}
        <dt><a href="/docs/api">REST console</a></dt>
        <dd>Try every path in the browser. For programs: <a href="/openapi.json">openapi.json</a>.</dd>
        <dt><a href="/docs/graphiql">GraphQL console</a></dt>
        <dd>Write queries with completion, and read the schema.</dd>
        <dt><a href="/catalogue">Catalogue</a></dt>
        <dd>Every metric with what is loaded of it. Programs get it as JSON.</dd>
      </dl>`,
  };
}

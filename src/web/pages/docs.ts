import { codeBlock } from '../code.ts';
import type { Example } from '../examples.ts';
import type { Family } from '../families.ts';
import { GUIDES } from '../guides.ts';
import { html, type Part } from '../html.ts';
import { inline } from '../markdown.ts';
import type { DocsPage } from './docs-frame.ts';

/** What the first page of the docs shows of this instance. */
export interface DocsView {
  readonly families: readonly Family[];
  /** The address of this instance, without a slash at its end. */
  readonly base: string;
  /** A question that has an answer here, undefined where nothing is loaded; with its picture. */
  readonly first: Example | undefined;
  readonly answer: { readonly json: string } | { readonly sentence: string };
  readonly figure: Part;
}

/** What Kraken is, a first request, every metric, and where to read on. */
export function docsPage({ families, base, first, answer, figure }: DocsView): DocsPage {
  return {
    title: 'Docs',
    description: 'What Kraken is, a first request, every metric, and guides.',
    path: '/docs',
    main: html`<h1>Getting started</h1>
      <p class="lead">
        Kraken answers how often something happened: pageviews, unique devices, edits and more, by URL and by
        GraphQL. Anybody may ask, without a key.
      </p>
      <h2 id="first-request">Your first request</h2>
      ${
        first
          ? html`<p>
                ${first.metric.title}, asked of this instance just now. The URL says everything: the metric,
                its dimensions, the granularity, and where the range begins and ends.
              </p>
              ${codeBlock(`curl '${base}/metrics${first.path}'`)}
              ${'json' in answer ? codeBlock(answer.json) : html`<p class="note">${answer.sentence}</p>`}
              ${figure}
              <p>
                The same as <a href="/metrics${first.path}.csv">CSV</a>, as
                <a href="/metrics${first.path}.svg">a picture</a>, or
                <a href="/metrics${first.path}">right here in the browser</a>. What each part means is on
                <a href="/docs/${first.metric.name}">its page</a>.
              </p>`
          : html`<p class="note">
              Nothing is loaded on this instance yet, so that nothing can be asked of it.
            </p>`
      }
      <h2 id="metrics">Metrics</h2>
      ${families.map(
        ({ title, metrics, isLoaded }) =>
          html`<h3>${title}</h3>
            ${!isLoaded && html`<p>They can be asked for as soon as numbers of them are imported.</p>`}
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
        <dd>How much one request may ask for, and how long answers may be kept.</dd>
        <dt><a href="/docs/licence">Licence and privacy</a></dt>
        <dd>What you may do with the numbers, where they come from, and what is never published.</dd>
        ${GUIDES.map(
          ({ name, title, doc }) =>
            html`<dt><a href="/docs/guides/${name}">${title}</a></dt>
              <dd>${doc}</dd>`,
        )}
        <dt><a href="/docs/api">REST console</a></dt>
        <dd>
          Every path, to be tried from the browser. For programs: <a href="/openapi.json">openapi.json</a>.
        </dd>
        <dt><a href="/docs/graphiql">GraphQL console</a></dt>
        <dd>Write queries with completion, and read the schema.</dd>
        <dt><a href="/catalogue">Catalogue</a></dt>
        <dd>Every metric with what is loaded of it, for programs as JSON.</dd>
      </dl>`,
  };
}

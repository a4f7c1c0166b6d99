import { CACHE_SECONDS } from '../../read/cache-seconds.ts';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { MAX_TEXT_BYTES } from '../../core/metric/dimension.ts';
import { DEFAULT_ROWS, MAX_ROWS } from '../../core/question/query.ts';
import { html, type Html } from '../html.ts';
import type { Limits } from '../limits.ts';
import type { DocsPage } from './docs-frame.ts';
import { table } from './metric-tables.ts';

const number = new Intl.NumberFormat('en');

/** The limits of this instance: size and rate of requests, caching and deadlines. */
export function limitsPage(catalogue: Catalogue, limits: Limits): DocsPage {
  const spans = catalogue.metrics.flatMap(({ name, range: { maxDays } }) =>
    maxDays === undefined ? [] : [[metricLink(name), `${maxDays} days`]],
  );
  return {
    title: 'Limits',
    description: 'How much one request may ask for, and how long answers may be cached.',
    path: '/docs/limits',
    main: html`<h1>Limits</h1>
      <p class="lead">
        A request for one series is answered however long the series is. A request for several series has a
        budget. Its cost is checked before anything is read.
      </p>
      <h2 id="budget">Points</h2>
      <p>
        A request for several series costs periods × series × measures, in points. It may cost up to
        ${number.format(limits.points)} points. A more expensive request is refused with
        <code>too-many-points</code> and its cost. A shorter range, a coarser granularity or fewer values cost
        less. <a href="/docs/guides/query"><code>/query</code></a> returns at most ${number.format(MAX_ROWS)}
        rows, by default ${number.format(DEFAULT_ROWS)}; <code>limit</code> changes this, and
        <code>cursor</code> gets the next page.
      </p>
      <h2 id="spans">Spans</h2>
      ${
        spans.length === 0
          ? html`<p>No metric limits the length of a range.</p>`
          : html`<p>A range may have any length, except for these metrics:</p>
              ${table(['Metric', 'At most'], spans)}`
      }
      <h2 id="sizes">Sizes</h2>
      ${table(
        ['What', 'At most'],
        [
          ['The body of a request', `${number.format(limits.bodyKb)} KiB`],
          ['One value in a path', `${number.format(MAX_TEXT_BYTES)} bytes`],
          ['The depth of a GraphQL query', `${limits.graphqlDepth} fields`],
          ['GraphQL operations in one request', String(limits.graphqlBatch)],
        ],
      )}
      <h2 id="caching">Caching</h2>
      <p>
        Every answer to a GET, except GraphQL’s, has an <code>ETag</code>, the same from every gateway. Send
        it in <code>If-None-Match</code>: if the answer has not changed, you get 304 without a body.
        <code>Cache-Control</code> says how long an answer may be cached:
      </p>
      ${table(
        ['Answer', 'Seconds'],
        [
          ['a range before the newest period', number.format(CACHE_SECONDS.closed)],
          ['a range that touches the newest period, and pages', number.format(CACHE_SECONDS.open)],
          ['404 for data', number.format(CACHE_SECONDS.notFound)],
          ['an earlier answer, while the data can’t be read', number.format(CACHE_SECONDS.stale)],
        ],
      )}
      <h2 id="rate">Rate</h2>
      <p>
        The number of requests one after the other is not limited. One address may have at most
        ${number.format(limits.requestsPerClient)} concurrent requests; further ones get 429
        (<code>too-many-requests</code>). If all clients together send too many, some get 503
        (<code>unavailable</code>). In both cases <code>Retry-After</code> says when to come back.
      </p>
      <h2 id="deadlines">Deadlines</h2>
      <p>
        The deadline to read a series is ${seconds(limits.readDeadlineMs)}, and to run a query
        ${seconds(limits.queryDeadlineMs)}. If it is missed you get an earlier answer, marked
        <code>detail=stale</code> in <code>Cache-Status</code>, or 503.
      </p>`,
  };
}

function metricLink(name: string): Html {
  return html`<a href="/docs/${name}">${name}</a>`;
}

function seconds(ms: number): string {
  return `${number.format(ms / 1000)} s`;
}

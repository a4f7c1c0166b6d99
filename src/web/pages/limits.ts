import { CACHE_SECONDS } from '../../read/cache-seconds.ts';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { MAX_TEXT_BYTES } from '../../core/metric/dimension.ts';
import { DEFAULT_ROWS, MAX_ROWS } from '../../core/question/query.ts';
import { html, type Html } from '../html.ts';
import type { Limits } from '../limits.ts';
import type { DocsPage } from './docs-frame.ts';
import { table } from './metric-tables.ts';

const number = new Intl.NumberFormat('en');

/** How much may be asked for, how fast, and how long answers may be kept: as this instance is set up. */
export function limitsPage(catalogue: Catalogue, limits: Limits): DocsPage {
  const spans = catalogue.metrics.flatMap(({ name, range: { maxDays } }) =>
    maxDays === undefined ? [] : [[metricLink(name), `${maxDays} days`]],
  );
  return {
    title: 'Limits',
    description: 'How much one request may ask for, and how long answers may be kept.',
    path: '/docs/limits',
    main: html`<h1>Limits</h1>
      <p class="lead">
        One series is answered however long it is. Several in one request share a budget, which is told before
        anything is read.
      </p>
      <h2 id="budget">Points</h2>
      <p>
        A request for several series costs periods × series × measures, in points. It may cost
        ${number.format(limits.points)}; beyond that it is refused with <code>too-many-points</code>, which
        says what it would have cost. A shorter range, a coarser granularity or fewer values cost less.
        <a href="/docs/guides/query"><code>/query</code></a> answers ${number.format(MAX_ROWS)} rows at most,
        ${number.format(DEFAULT_ROWS)} unless <code>limit</code> says otherwise, and goes on by
        <code>cursor</code>.
      </p>
      <h2 id="spans">Spans</h2>
      ${
        spans.length === 0
          ? html`<p>No metric limits the length of a range.</p>`
          : html`<p>A range may be as long as you like, but for</p>
              ${table(['Metric', 'At most'], spans)}`
      }
      <h2 id="sizes">Sizes</h2>
      ${table(
        ['What', 'At most'],
        [
          ['The body of a request', `${number.format(limits.bodyKb)} KiB`],
          ['One value in a path', `${number.format(MAX_TEXT_BYTES)} bytes`],
          ['How deep a GraphQL query nests', `${limits.graphqlDepth} fields`],
          ['GraphQL operations in one request', String(limits.graphqlBatch)],
        ],
      )}
      <h2 id="caching">Caching</h2>
      <p>
        Every answer to a GET, GraphQL’s aside, has an <code>ETag</code>, the same from every gateway; with it
        in <code>If-None-Match</code>, what did not change is answered 304 without a body.
        <code>Cache-Control</code> says how long an answer may be kept:
      </p>
      ${table(
        ['Answer', 'Seconds'],
        [
          ['of a range that is over', number.format(CACHE_SECONDS.closed)],
          ['that touches the newest period, and pages', number.format(CACHE_SECONDS.open)],
          ['404 for data', number.format(CACHE_SECONDS.notFound)],
          ['kept from before, while the data can’t be read', number.format(CACHE_SECONDS.stale)],
        ],
      )}
      <h2 id="rate">Rate</h2>
      <p>
        Any number of requests may follow one another. At a time one address may have
        ${number.format(limits.requestsPerClient)} under way; more get 429 (<code>too-many-requests</code>).
        When all together ask more than can be answered, some get 503 (<code>unavailable</code>). Both say in
        <code>Retry-After</code> when to come back.
      </p>
      <h2 id="deadlines">Deadlines</h2>
      <p>
        Nothing hangs: a series is read within ${seconds(limits.readDeadlineMs)}, a query within
        ${seconds(limits.queryDeadlineMs)}. When that fails you get the answer that was given before, marked
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

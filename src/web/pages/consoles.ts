import { html } from '../html.ts';
import type { Page } from '../page.ts';

/**
 * GraphiQL for this instance.
 * @param query the initial query
 */
export function graphiqlConsole(query: string): Page {
  return {
    title: 'GraphQL console',
    description: 'Write GraphQL queries with completion, and read the schema.',
    place: '/docs',
    extras: [
      'graphiql.min.css',
      'react.production.min.js',
      'react-dom.production.min.js',
      'graphiql.min.js',
      'graphiql-console.js',
    ],
    // GraphiQL's style sheet contains fonts, and its dialogs write style elements.
    policy: { 'font-src': 'data:', 'style-src': "'self' 'unsafe-inline'" },
    main: html`<h1>GraphQL console</h1>
      <noscript>
        <p class="note">
          The console needs JavaScript. Without it, send queries to <code>/graphql</code> by POST, or by GET:
          <a href="/graphql?query=%7Bmetrics%7Bname%20title%7D%7D"
            ><code>/graphql?query={metrics{name title}}</code></a
          >. <a href="/docs#metrics">The docs</a> explain the metrics.
        </p>
      </noscript>
      <div id="graphiql" data-endpoint="/graphql" data-query="${query}"></div>`,
  };
}

import { renderHead } from './head.ts';
import { html, type Html, type Part } from './html.ts';
import { type Place, type Shared, sharingOf } from './sharing.ts';
import type { Assets } from './assets.ts';
import type { LooserPolicy } from './headers.ts';

/** A page: its metadata and its content. */
export interface Page extends Shared {
  /** The entry of the navigation to which the page belongs. */
  readonly place: '/' | '/docs' | '/dashboards';
  readonly main: Part;
  /** The styles and scripts that only this page has. They run in this order. */
  readonly extras?: readonly string[];
  readonly policy?: LooserPolicy;
  /** Whether programs get something else at this address, by the Accept header. */
  readonly negotiated?: true;
  /** Whether its numbers change all the time. */
  readonly isLive?: true;
}

const PLACES = [
  ['/', 'Explore'],
  ['/dashboards', 'Dashboards'],
  ['/docs', 'Docs'],
] as const;

/** Renders a complete page, with everything that all pages have in common. @param at where it is */
export function renderPage(page: Page, assets: Assets, at: Place): Html {
  const { title, description, place, main, extras = [] } = page;
  return html`<!doctype html>
    <html lang="en">
      ${renderHead(title, assets, {
        more: html`<meta name="description" content="${description}" /> ${sharingOf(page, at)}
          ${extras.map((name) =>
            name.endsWith('.css')
              ? html`<link rel="stylesheet" href="${assets.urlOf(name)}" />`
              : html`<script defer src="${assets.urlOf(name)}"></script>`,
          )}`,
      })}
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header>
          <a class="brand" href="/">Kraken</a>
          <nav aria-label="Main">
            ${PLACES.map(
              ([path, name]) =>
                html`<a href="${path}" ${path === place && html`aria-current="page"`}>${name}</a> `,
            )}
          </nav>
        </header>
        <main id="main">${main}</main>
        <footer>
          <p>Kraken, a public analytics data API.</p>
          <ul class="links">
            <li><a href="/docs/api">REST API</a></li>
            <li><a href="/docs/graphiql">GraphQL</a></li>
            <li><a href="/docs/limits">Limits</a></li>
            <li><a href="/docs/licence">Licence and privacy</a></li>
            <li><a href="/docs/licence#sources">Source of the data</a></li>
          </ul>
        </footer>
      </body>
    </html>`;
}

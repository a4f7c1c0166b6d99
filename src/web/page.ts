import { html, type Html, type Part } from './html.ts';
import type { Assets } from './assets.ts';

/** What a page says of itself, and what is in it. */
export interface Page {
  readonly title: string;
  readonly description: string;
  /** The place in the navigation that the page belongs to. */
  readonly place: '/' | '/docs' | '/dashboards';
  readonly main: Part;
}

const PLACES = [
  ['/', 'Explore'],
  ['/dashboards', 'Dashboards'],
  ['/docs', 'Docs'],
] as const;

/** A whole page: everything that all pages have in common. */
export function renderPage({ title, description, place, main }: Page, assets: Assets): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="${description}" />
        <title>${title} · Kraken</title>
        <link rel="icon" href="${assets.urlOf('kraken.svg')}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assets.urlOf('kraken.css')}" />
        <script type="module" src="${assets.urlOf('kraken.js')}"></script>
      </head>
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
        <footer>Kraken, a public analytics data API.</footer>
      </body>
    </html>`;
}

import type { Assets } from './assets.ts';
import { html, type Html, type Part } from './html.ts';

/** What every document begins with: a page, and a frame in somebody else's. */
export function renderHead(title: string, assets: Assets, more?: Part): Html {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · Kraken</title>
    <link rel="icon" href="${assets.urlOf('kraken.svg')}" type="image/svg+xml" />
    <link rel="stylesheet" href="${assets.urlOf('kraken.css')}" />
    <script type="module" src="${assets.urlOf('kraken.js')}"></script>
    ${more}
  </head>`;
}

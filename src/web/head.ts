import type { Theme } from '../formats/chart/style.ts';
import type { Assets } from './assets.ts';
import { html, type Html, type Part } from './html.ts';

export interface HeadOptions {
  /** The colours; by default those that the reader's system prefers. */
  readonly theme?: Theme;
  readonly more?: Part;
}

/** The values of color-scheme. It controls `light-dark()` in the style sheet, scrollbars and form controls. */
const SCHEMES: Readonly<Record<Theme, string>> = { light: 'light', dark: 'dark', auto: 'light dark' };

/** Renders the head of a document, which is a page or a frame in another site. */
export function renderHead(title: string, assets: Assets, { theme = 'auto', more }: HeadOptions = {}): Html {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="${SCHEMES[theme]}" />
    <title>${title} · Kraken</title>
    <link rel="icon" href="${assets.urlOf('kraken.svg')}" type="image/svg+xml" />
    <link rel="stylesheet" href="${assets.urlOf('kraken.css')}" />
    <script type="module" src="${assets.urlOf('kraken.js')}"></script>
    ${more}
  </head>`;
}

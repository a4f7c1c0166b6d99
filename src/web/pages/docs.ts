import type { Catalogue } from '../../core/catalogue.ts';
import { html } from '../html.ts';
import type { Page } from '../page.ts';

/** What there is, and where to read on. */
export function docsPage(catalogue: Catalogue): Page {
  return {
    title: 'Docs',
    description: 'Every metric, and how to ask for it.',
    place: '/docs',
    main: html`<h1>Docs</h1>
      <h2>Metrics</h2>
      <ul>
        ${catalogue.metrics.map(({ name, title }) => html`<li><a href="/docs/${name}">${title}</a></li> `)}
      </ul>`,
  };
}

import type { Family } from '../families.ts';
import { GUIDES } from '../guides.ts';
import { html, type Html } from '../html.ts';
import type { Page } from '../page.ts';

/** A page of the docs without the docs' navigation. */
export type DocsPage = Omit<Page, 'place'> & {
  /** Its path: `/docs/unique-devices`. */
  readonly path: string;
};

/** The paths and titles of the pages that always exist. */
const PAGES = [
  ['/docs', 'Getting started'],
  ['/catalogue', 'Catalogue'],
  ['/docs/clients', 'Clients'],
  ['/docs/limits', 'Limits'],
  ['/docs/licence', 'Licence and privacy'],
] as const;
const CONSOLES = [
  ['/docs/api', 'REST console'],
  ['/docs/graphiql', 'GraphQL console'],
] as const;

/** Adds the docs' navigation to a page. */
export function inDocs({ path, main, ...page }: DocsPage, families: readonly Family[]): Page {
  const link = (href: string, name: string): Html =>
    html`<li><a href="${href}" ${href === path && html`aria-current="page"`}>${name}</a></li> `;
  return {
    ...page,
    place: '/docs',
    main: html`<div class="docs">
      <article>${main}</article>
      <nav aria-label="Docs">
        <h2>Guides</h2>
        <ul>
          ${PAGES.map(([href, name]) => link(href, name))}
          ${GUIDES.map(({ name, title }) => link(`/docs/guides/${name}`, title))}
        </ul>
        <h2>Try it</h2>
        <ul>
          ${CONSOLES.map(([href, name]) => link(href, name))}
        </ul>
        ${families.map(
          ({ title: family, metrics }) =>
            html`<h2>${family}</h2>
              <ul>
                ${metrics.map(({ name, title }) => link(`/docs/${name}`, title))}
              </ul>`,
        )}
      </nav>
    </div>`,
  };
}

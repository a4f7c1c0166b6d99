import { type JsonLd, scriptText } from '../discovery/json-ld.ts';
import { Html, html, type Part } from './html.ts';

/** Where a page is. */
export interface Place {
  /** The public address of the instance, without a trailing slash. */
  readonly base: string;
  /** The path and query of the page. */
  readonly url: string;
}

/** What a page tells those who share it or look for data. */
export interface Shared {
  readonly title: string;
  readonly description: string;
  /** What the page describes, for search engines. */
  readonly jsonLd?: JsonLd;
}

/** Renders the elements of a head by which chats, networks and search engines show a page (https://ogp.me). */
export function sharingOf({ title, description, jsonLd }: Shared, { base, url }: Place): Part {
  const property = (name: string, content: string): Html =>
    html`<meta property="og:${name}" content="${content}" />`;
  return html`<link rel="canonical" href="${base}${url}" />
    <link rel="alternate" type="application/atom+xml" title="What is new" href="/catalogue.atom" />
    ${property('title', title)} ${property('description', description)} ${property('type', 'website')}
    ${property('url', base + url)} ${property('site_name', 'Kraken')}
    ${
      jsonLd &&
      html`<script type="application/ld+json">
        ${new Html(scriptText(jsonLd))}
      </script>`
    }`;
}

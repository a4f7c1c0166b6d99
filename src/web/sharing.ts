import { type JsonLd, scriptText } from '../discovery/json-ld.ts';
import type { Example } from '../read/examples.ts';
import { Html, html, type Part } from './html.ts';

/** The picture of a question under `/metrics`, for those who share it. @param path percent-encoded */
export function pictureOfPath(path: string): string {
  return `/metrics${path}.png?size=card`;
}

export const OEMBED_ROUTE = '/oembed';

/** The address of what shows a page as a frame in other sites. @param page the page's own address */
export function oembedUrl(page: string): string {
  return `${OEMBED_ROUTE}?url=${encodeURIComponent(page)}`;
}

/** The picture of an example; undefined if it has no answer. */
export function pictureOfExample(example: Example | undefined): string | undefined {
  return example?.plan && pictureOfPath(example.path);
}

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
  /** The path of a picture of 1200 × 630 dots; by default the one of the instance. */
  readonly picture?: string | undefined;
  /** Whether `/oembed` has a frame of what it shows. */
  readonly isFramed?: boolean;
  /** What the page describes, for search engines. */
  readonly jsonLd?: JsonLd;
}

/** Renders the elements of a head by which chats, networks and search engines show a page (https://ogp.me). */
export function sharingOf(
  { title, description, picture, isFramed, jsonLd }: Shared,
  { base, url }: Place,
): Part {
  const property = (name: string, content: string): Html =>
    html`<meta property="og:${name}" content="${content}" />`;
  return html`<link rel="canonical" href="${base}${url}" />
    <link rel="alternate" type="application/atom+xml" title="What is new" href="/catalogue.atom" />
    ${
      isFramed &&
      html`<link
        rel="alternate"
        type="application/json+oembed"
        title="${title}"
        href="${base}${oembedUrl(base + url)}"
      />`
    }
    ${property('title', title)} ${property('description', description)} ${property('type', 'website')}
    ${property('url', base + url)} ${property('site_name', 'Kraken')}
    ${
      picture !== undefined &&
      html`${property('image', base + picture)} ${property('image:type', 'image/png')}
        ${property('image:width', '1200')} ${property('image:height', '630')}
        ${property('image:alt', description)} <meta name="twitter:card" content="summary_large_image" />`
    }
    ${
      jsonLd &&
      html`<script type="application/ld+json">
        ${new Html(scriptText(jsonLd))}
      </script>`
    }`;
}

import { escapeXml } from '../formats/chart/xml.ts';

export const XML_TYPE = 'application/xml; charset=utf-8';

/** The maximum number of pages of a sitemap (https://www.sitemaps.org/protocol.html). */
const MAX_PAGES = 50_000;

/** A page that search engines may list. */
export interface ListedPage {
  /** `/docs/query`. */
  readonly path: string;
  /** The metric that it is about. Its page is as new as the metric's data. */
  readonly metric?: string;
}

/** Renders a sitemap. @param changed when the data of a metric last changed, as a date; undefined if that isn't known */
export function sitemapOf(
  pages: readonly ListedPage[],
  base: string,
  changed: (metric: string) => string | undefined,
): Buffer {
  const urls = pages.slice(0, MAX_PAGES).map(({ path, metric }) => {
    const modified = metric === undefined ? undefined : changed(metric);
    const lastmod = modified === undefined ? '' : `<lastmod>${modified}</lastmod>`;
    return `<url><loc>${escapeXml(base + path)}</loc>${lastmod}</url>`;
  });
  return Buffer.from(
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
      ...urls,
      '</urlset>',
      '',
    ].join('\n'),
  );
}

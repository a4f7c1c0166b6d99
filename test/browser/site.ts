import { origin } from './in-browser.ts';

/** Where people begin; an embedded chart is where nobody is led to by a link. */
const ENTRANCES = [
  '/',
  '/docs',
  '/dashboards',
  '/embed/pageviews/per-article/en.wikipedia/all-access/user/Gravity_(2013_film)/monthly/20160101/20221231',
];

/** Of pages that differ in their query only, as many are opened as this. */
const ALIKE = 3;

/** The gateway's pages for people. */
export interface Site {
  /** The paths of those that can be reached by links, from the entrances on. */
  readonly pages: readonly string[];
  /** Links that lead nowhere. */
  readonly dead: readonly string[];
}

let known: Promise<Site> | undefined;

/** The site, whose pages were asked for once. */
export async function site(): Promise<Site> {
  known ??= explored();
  return known;
}

async function explored(): Promise<Site> {
  const found = new Map<string, string>(ENTRANCES.map((path) => [path, 'an entrance']));
  const pages: string[] = [];
  const dead: string[] = [];
  const alike = new Map<string, number>();
  for (const [path, from] of found) {
    const response = await fetch(origin() + path, { headers: { accept: 'text/html,*/*' } });
    const text = await response.text();
    if (response.status >= 400) {
      if (!isUnloaded(path, text)) dead.push(`${path} of ${from}: ${response.status}`);
    } else if (response.headers.get('content-type')?.startsWith('text/html')) {
      pages.push(path);
      for (const link of linksOf(text, path)) {
        const [page = '', query] = link.split('?');
        const count = alike.get(page) ?? 0;
        if (found.has(link) || (query !== undefined && count >= ALIKE)) continue;
        alike.set(page, count + 1);
        found.set(link, path);
      }
    }
  }
  return { pages, dead };
}

/** The sample has not every metric's numbers. */
function isUnloaded(path: string, text: string): boolean {
  if (!path.startsWith('/metrics/')) return false;
  return (JSON.parse(text) as { reason?: string }).reason === 'not-loaded';
}

/** The paths, with their queries, of the gateway's own that a page links or embeds. */
function linksOf(text: string, path: string): Set<string> {
  const links = new Set<string>();
  for (const [, raw] of text.matchAll(/<(?:a|iframe)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
    const url = new URL((raw as string).replaceAll('&amp;', '&').replaceAll('&#39;', "'"), origin() + path);
    if (url.origin === origin()) links.add(url.pathname + url.search);
  }
  return links;
}

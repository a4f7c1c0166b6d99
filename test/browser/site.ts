import { origin } from './in-browser.ts';

/** Where people begin. */
const ENTRANCES = ['/', '/docs', '/dashboards'];

/** Of the explorer's pages, each of which is a question, as many are opened as this. */
const QUESTIONS = 3;

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
  let questions = 0;
  for (const [path, from] of found) {
    const response = await fetch(origin() + path);
    const text = await response.text();
    if (response.status >= 400) dead.push(`${path} of ${from}: ${response.status}`);
    else if (response.headers.get('content-type')?.startsWith('text/html')) {
      pages.push(path);
      for (const link of linksOf(text, path)) {
        if (found.has(link)) continue;
        if (link.startsWith('/?') && ++questions > QUESTIONS) continue;
        found.set(link, path);
      }
    }
  }
  return { pages, dead };
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

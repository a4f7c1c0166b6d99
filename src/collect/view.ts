import type { Told } from './told.ts';

type Fields = Record<string, unknown>;

/** The site and path of a page's address; neither for what is no address of a page. */
export function pageOf(url: string): { site: string; path: string } | Record<string, never> {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return {};
  const { host, pathname, search } = new URL(url);
  return { site: host, path: pathname + search };
}

/** An event without the members that are undefined or empty. */
export function toldOf(fields: Fields, id?: string): Told {
  const event: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== '') event[name] = value;
  }
  return { event, ...(id !== undefined && { id }) };
}

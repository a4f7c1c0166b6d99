import type { Incoming } from './incoming.ts';

type Fields = Record<string, unknown>;

/**
 * Returns the site and the path of a page's address; neither if the text is no address of a page.
 * @param options.withHash whether the part after `#` belongs to the path, as for pages that a script makes
 */
export function pageOf(
  url: string,
  { withHash = false }: { withHash?: boolean } = {},
): { site?: string; path?: string } {
  if (!/^https?:/i.test(url)) return {};
  try {
    const { host, pathname, search, hash } = new URL(url);
    return { site: host, path: pathname + search + (withHash ? hash : '') };
  } catch {
    return {};
  }
}

/** Returns an event without the members that are undefined or empty. */
export function incomingOf(fields: Fields, id?: string): Incoming {
  const event: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== '') event[name] = value;
  }
  return { event, ...(id !== undefined && { id }) };
}

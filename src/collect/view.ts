import type { Told } from './told.ts';

type Fields = Record<string, unknown>;

/**
 * The site and path of a page's address; neither for what is no address of a page.
 * @param options.withHash whether what follows `#` is a part of the path: of pages that a script makes
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

/** An event without the members that are undefined or empty. */
export function toldOf(fields: Fields, id?: string): Told {
  const event: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== '') event[name] = value;
  }
  return { event, ...(id !== undefined && { id }) };
}

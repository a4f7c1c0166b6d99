/** Titles and variants of pages of Wikimedia's sites, as PageviewDefinition.java reads them (refinery-source, f9adc85b). */

/** What can't be said. */
export const UNKNOWN = '-';
const DEFAULT_VARIANT = 'default';

/** Paths of the apps' API, before the title. */
export const API_PAGES: readonly string[] = [
  '/api/rest_v1/page/mobile-sections-lead/',
  '/api/rest_v1/page/mobile-sections/',
  '/api/rest_v1/page/mobile-html/',
];
/** Paths before a title, in the order in which they are looked for. */
const TITLE_PATHS = [...API_PAGES, '/wiki/', '/w/'];
/** No title of MediaWiki has these characters. */
// oxlint-disable-next-line no-control-regex -- MediaWiki's titles have none of these
export const ILLEGAL_TITLE = /[#<>[\]{}|\u0000-\u001f\u007f]/;
/** The length of the longest title, in bytes. */
export const LONGEST_TITLE = 512;

/** Returns a path without its query, and without the site of a whole address; slashes that repeat are one. */
export function plainPath(path: string): string {
  const start = path.startsWith('http') ? Math.max(path.indexOf('/', 9), 0) : 0;
  const end = path.indexOf('?', start);
  return path.slice(start, end === -1 ? undefined : end).replaceAll(/\/{2,}/g, '/');
}

/**
 * Returns the title of a page that a request is for, decoded and with underscores; `-` where it can't be said.
 * @param path as of `plainPath`
 * @param query with or without its `?`
 */
export function titleOf(path: string, query: string): string {
  const title = decodePercent(rawTitle(path, query)).replaceAll(' ', '_');
  return Buffer.byteLength(title) > LONGEST_TITLE || title === '' || ILLEGAL_TITLE.test(title)
    ? UNKNOWN
    : title;
}

function rawTitle(path: string, query: string): string {
  const title = parameter(query, 'title');
  if (title !== undefined) return title;
  const isIndex = path.includes('index.');
  const isTitlePath =
    (path.includes('/wiki/') && !isIndex) ||
    path.includes('/w/index.php/') ||
    API_PAGES.some((start) => path.startsWith(start));
  if (isTitlePath) return pathTitle(path);
  return parameter(query, 'page') ?? (isIndex ? UNKNOWN : pathTitle(path));
}

function pathTitle(path: string): string {
  const hash = path.indexOf('#');
  const plain = hash > 0 ? path.slice(0, hash) : path;
  for (const start of TITLE_PATHS) {
    const at = plain.indexOf(start);
    if (at !== -1 && plain.length > at + start.length) return plain.slice(at + start.length);
  }
  // Wikifunctions: /view/LANGUAGE/TITLE.
  const view = plain.indexOf('/view/');
  const viewed = view === -1 ? '' : plain.slice(view + '/view/'.length);
  if (viewed.lastIndexOf('/') > 0) return viewed.slice(viewed.lastIndexOf('/') + 1);
  // /zh-hant/TITLE
  const second = plain.indexOf('/', plain.indexOf('/') + 1);
  return second > 0 ? plain.slice(second + 1) : UNKNOWN;
}

/** Returns the first value of a parameter that has one; undefined where there is none. `+` stands for a space. */
function parameter(query: string, name: string): string | undefined {
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (pair.startsWith(`${name}=`) && pair.length > name.length + 1)
      return pair.slice(name.length + 1).replaceAll('+', '_');
  }
  return undefined;
}

/** Decodes `%C3%A9`. What is no UTF-8 becomes U+FFFD; a `%` before anything else stays. */
function decodePercent(text: string): string {
  return text.replaceAll(/(?:%[\da-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** Returns the variant of the language that a path names: `zh-hant`; `default`; `-` where it can't be said. */
export function variantOf(path: string): string {
  if (path.startsWith('/w/api.php')) return UNKNOWN;
  if (/^\/(?:$|w(?:iki)?(?:$|\/)|api\/rest_v)/.test(path)) return DEFAULT_VARIANT;
  const view = /^\/view\/([^/]*)\//.exec(path);
  if (view) return view[1] as string;
  if (path.startsWith('/view/')) return DEFAULT_VARIANT;
  const first = /^\/([^/]+)/.exec(path)?.[1];
  if (first === undefined) return UNKNOWN;
  return first.includes('-') ? first : DEFAULT_VARIANT;
}

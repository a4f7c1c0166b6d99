/**
 * Wikimedia's hosts that have page views. Source: analytics/refinery-source at f9adc85b, PageviewDefinition.java
 * and Webrequest.java (Apache-2.0).
 */
const LANGUAGE_FAMILIES =
  'wikibooks|wikinews|wikipedia|wikiquote|wikisource|wiktionary|wikiversity|wikivoyage';
const SINGLE_SITES = 'wikifunctions|wikidata|mediawiki|wikimediafoundation';
/** The wikis under wikimedia.org that are for readers; names of two or three letters are chapters. */
const WIKIMEDIA_WIKIS =
  'advisory|commons|foundation|incubator|meta|outreach|species|strategy|usability|wikimania|wikitech|[a-z]{2,3}';
/** Names that begin so are no sites for readers. */
const NO_LANGUAGE = '(?!www|donate|arbcom|sysop)';
const NO_SUBDOMAIN = '(?!test|query)';

export const PAGE_HOSTS: readonly RegExp[] = [
  new RegExp(`^(?!doc)(?:${WIKIMEDIA_WIKIS})\\.(?:(?:m|mobile|wap|zero)\\.)?wikimedia\\.org\\.?$`),
  new RegExp(`^(?:${NO_LANGUAGE}[a-z][a-z0-9_-]*\\.)*(?:${LANGUAGE_FAMILIES})\\.org\\.?$`),
  new RegExp(`^(?:${NO_SUBDOMAIN}[a-z0-9_-]+\\.)*(?:${SINGLE_SITES})\\.org\\.?$`),
];

/** The domains from which a referer is internal. */
export const INTERNAL_DOMAINS: ReadonlySet<string> = new Set(
  `${LANGUAGE_FAMILIES}|wikidata|mediawiki|wikimediafoundation|wikimedia`
    .split('|')
    .map((name) => `${name}.org`),
);

/** Labels of a host that don't belong to the project's name: en.m.wikipedia.org is en.wikipedia. */
export const QUALIFIERS: ReadonlySet<string> = new Set(['m', 'mobile', 'wap', 'zero', 'www', 'download']);

/** A longer host is none. */
const LONGEST_HOST = 800;

/** Whether pages of a host are counted. @param host in small letters */
export function isPageHost(host: string): boolean {
  return host.length <= LONGEST_HOST && PAGE_HOSTS.some((pattern) => pattern.test(host));
}

/** Returns the project of a host: `en.wikipedia`, `wikidata`; `-` where it has none. @param host in small letters */
export function projectOf(host: string): string {
  const labels = host.replace(/\.+$/, '').split('.');
  const family = labels.at(-2);
  if (host.length > LONGEST_HOST || labels.length > 5 || family === undefined) return '-';
  const [first = ''] = labels;
  return labels.length === 2 || QUALIFIERS.has(first) ? family : `${first}.${family}`;
}

/** Whether a host belongs to Wikimedia. @param host in small letters */
export function isWikimedia(host: string): boolean {
  return /^[\w.-]+$/.test(host) && INTERNAL_DOMAINS.has(host.split('.').slice(-2).join('.'));
}

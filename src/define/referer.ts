import {
  AI_CHATBOTS,
  MEDIA_SITES,
  PREDICTED,
  PREDICTED_HOST,
  SEARCH_ENGINES,
  type RefererSite,
} from './referer-sites.ts';
import type { SiteRules } from './site-rules.ts';
import { versionOf } from './version.ts';

/** The classes of AQS, and two more of Wikimedia's. */
export const REFERER_CLASSES = [
  'none',
  'unknown',
  'internal',
  'ai-chatbot',
  'search-engine',
  'media-site',
  'external',
] as const;
export type RefererClass = (typeof REFERER_CLASSES)[number];

/** Where a view came from. */
export interface Referer {
  readonly class: RefererClass;
  /** The search engine, media site or chatbot. */
  readonly name?: string;
  /** The host, in small letters and without its port; absent for `none` and `unknown`. */
  readonly host?: string;
  /** The name of the rule that decided. */
  readonly rule: string;
}

/** What of a referer the rules look at. */
interface Read {
  readonly host: string;
  readonly query: string;
}

interface SiteClass {
  readonly name: string;
  readonly class: RefererClass;
  readonly siteOf: (read: Read) => string | undefined;
}

/** The first list that has the host decides. Chatbots come first: deepmind.google looks like a search engine. */
export const SITE_CLASSES: readonly SiteClass[] = [
  { name: 'chatbots', class: 'ai-chatbot', siteOf: among(AI_CHATBOTS) },
  { name: 'search engines', class: 'search-engine', siteOf: among(SEARCH_ENGINES) },
  {
    name: 'called like a search engine',
    class: 'search-engine',
    siteOf: ({ host }) => (PREDICTED_HOST.test(host) ? PREDICTED : undefined),
  },
  { name: 'media sites', class: 'media-site', siteOf: among(MEDIA_SITES) },
];

export const REFERER_VERSION = versionOf('referer', 1, {
  AI_CHATBOTS,
  SEARCH_ENGINES,
  MEDIA_SITES,
  PREDICTED_HOST,
  SITE_CLASSES,
});

/** A longer referer is cut before any pattern runs. */
const LONGEST = 4_000;
const MOST_DOTS = 10;

/**
 * Says where a view came from.
 * @param ownHost the host of the site that was viewed
 * @param rules the rules of that site, which say what is internal
 */
export function refererOf(
  referer: string | undefined,
  ownHost: string,
  rules: Pick<SiteRules, 'isInternal'>,
  classes = SITE_CLASSES,
): Referer {
  if (referer === undefined || referer === '' || referer === '-')
    return { class: 'none', rule: 'no referer' };
  const [, authority, rest = ''] =
    /^(?:https?|android-app):\/\/([^/?#]+)(.*)/s.exec(referer.slice(0, LONGEST)) ?? [];
  if (authority === undefined) return { class: 'unknown', rule: 'no address' };
  const host = authority.toLowerCase().replace(/:\d{1,5}$/, '');
  if (rules.isInternal(host, ownHost)) return { class: 'internal', host, rule: 'own sites' };
  if (!isHost(host)) return { class: 'unknown', rule: 'no host' };
  const question = rest.indexOf('?');
  const read = { host, query: question === -1 ? '' : rest.slice(question) };
  for (const { name: rule, class: kind, siteOf } of classes) {
    const name = siteOf(read);
    if (name !== undefined) return { class: kind, name, host, rule };
  }
  return { class: 'external', host, rule: 'other sites' };
}

/** Whether a text is a name of two labels or more, with a letter. */
function isHost(text: string): boolean {
  return (
    /^[\w-]+(?:\.[\w-]+)+\.?$/.test(text) && /[a-z]/.test(text) && text.split('.').length <= MOST_DOTS + 1
  );
}

function among(sites: readonly RefererSite[]): SiteClass['siteOf'] {
  return ({ host, query }) =>
    sites.find((site) => site.host.test(host) && (site.query?.test(query) ?? true))?.name;
}

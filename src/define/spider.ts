import { isbot } from 'isbot';
import { APP } from './access-method.ts';
import { versionOf } from './version.ts';

/**
 * What user agents of programs that say so contain, and how they begin. Source: analytics/refinery-source at
 * f9adc85b, Webrequest.java (Apache-2.0), which follows https://meta.wikimedia.org/wiki/User-Agent_policy.
 */
const CONTAINED =
  'bot spider WordPress AppEngine AppleDictionaryService Python-urllib python-requests ' +
  'Google-HTTP-Java-Client Facebook Yahoo RockPeaks PhantomJS http';
const BEGINNINGS = [
  ...(
    'MediaWikiCrawler-Google wikiwix-bot Java/ curl PHP/ Faraday HTTPC Ruby .NET Python Apache Scrapy PycURL libwww ' +
    'Zend wget nodemw WinHttpRaw Twisted com.eusoft Lagotto Peggo Recuweb check_http Magnus MLD Jakarta find-link ' +
    'projectplan9 ADmantX httpunit LWP iNaturalist WikiDemo FSResearchIt livedoor MediaWiki User: User_talk: github ' +
    'tools.wmflabs.org MeetingRoomApp'
  ).split(' '),
  'goo wikipedia',
  'J. River',
  'Microsoft Monitoring',
  'Blackboard Safeassign',
  'Damn Small XSS',
];

/** A rule says why a user agent is that of a program. The first one that holds decides. */
export interface SpiderRule {
  readonly name: string;
  /** @param deviceFamily what uap-core's patterns call the device */
  readonly test: (userAgent: string, deviceFamily: string) => boolean;
}

const contained = pattern(CONTAINED.split(' '), '');
const beginning = pattern(BEGINNINGS, '^');

/** Wikimedia's rules about the text of a user agent. */
export const SPIDER_RULES: readonly SpiderRule[] = [
  { name: 'no user agent', test: (userAgent) => userAgent === '-' || userAgent === '' },
  { name: 'word', test: (userAgent) => contained.test(userAgent) },
  { name: 'beginning', test: (userAgent) => beginning.test(userAgent) },
  { name: 'mail address', test: hasMailAddress },
];

/** Wikimedia's rules: also what uap-core's patterns call a spider. */
export const WIKIMEDIA_SPIDERS: readonly SpiderRule[] = [
  ...SPIDER_RULES,
  { name: 'device family', test: (_, deviceFamily) => deviceFamily === 'Spider' },
];

/** Our own sites' rules: also what the package isbot knows. It takes Wikipedia's apps for programs. */
export const OWN_SPIDERS: readonly SpiderRule[] = [
  ...WIKIMEDIA_SPIDERS,
  { name: 'isbot', test: (userAgent) => !APP.test(userAgent) && isbot(userAgent) },
];

/** As in package.json: a test keeps them equal. */
export const SPIDER_PACKAGES = ['isbot 5.2.3'];

export const SPIDER_VERSION = versionOf('spider', 1, {
  CONTAINED,
  BEGINNINGS,
  OWN_SPIDERS,
  SPIDER_PACKAGES,
});

/** A longer user agent is cut before any pattern runs. */
const LONGEST = 2_000;

/** Whether the text of a user agent is that of a program that says so, by Wikimedia's pattern. */
export function isSpider(userAgent: string | undefined): boolean {
  return spiderBy(userAgent, '-', SPIDER_RULES) !== undefined;
}

/**
 * Returns the name of the rule by which a user agent is that of a program; undefined where it isn't.
 * @param deviceFamily as `userAgentOf` says it
 * @param rules those of the site: `SiteRules.spiders`
 */
export function spiderBy(
  userAgent: string | undefined,
  deviceFamily: string,
  rules: readonly SpiderRule[],
): string | undefined {
  const text = (userAgent ?? '').slice(0, LONGEST);
  return rules.find(({ test }) => test(text, deviceFamily))?.name;
}

/** Whether the first word is a mail address, of a developer who can be reached there. */
function hasMailAddress(userAgent: string): boolean {
  const [word = ''] = userAgent.split(/\s/, 1);
  const at = word.indexOf('@', 1);
  return at !== -1 && /.\.[a-z]{2}/i.test(word.slice(at + 1));
}

function pattern(words: readonly string[], start: string): RegExp {
  const escaped = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`${start}(?:${escaped.join('|')})`, 'i');
}

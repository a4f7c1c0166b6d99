import { LRUCache } from 'lru-cache';
import { accessMethodOf } from '../define/access-method.ts';
import { automatedSql } from '../define/automated.ts';
import { type CountryReader, countryOf, UNKNOWN_COUNTRY } from '../define/country.ts';
import { ruleVersions } from '../define/definitions.ts';
import { lastAccessDay } from '../define/last-access.ts';
import { OWN_SITE } from '../define/own-site.ts';
import { refererOf } from '../define/referer.ts';
import { BY_HOST, withoutOrg } from '../define/site-choice.ts';
import { spiderBy } from '../define/spider.ts';
import { userAgentOf } from '../define/user-agent.ts';
import { APP_MARK } from '../define/wikimedia-site.ts';
import type { ViewRules } from './view-rules.ts';

/** How many user agents and hosts are remembered from hour to hour: patterns take long. */
const KEPT = 50_000;
const DAY_MS = 86_400_000;

/** The rules of `src/define`, which each host chooses. */
export function standardRules(countries?: CountryReader): ViewRules {
  const rulesOf = remembered((host) => BY_HOST.of(host));
  const agentOf = remembered(userAgentOf);
  return {
    version: versionOf(countries),
    appMark: APP_MARK,
    pageOf: (request) => {
      const page = rulesOf(request.host).pageOf(request);
      if (!page.isPage) return undefined;
      const { project, article, namespace } = page;
      return {
        project: withoutOrg(project),
        article,
        namespace: namespace === undefined ? '' : `${namespace}`,
      };
    },
    isView: ({ host, method, status, contentType, isApp }) =>
      rulesOf(host).answerOf({
        ...(method !== '' && { method }),
        ...(status !== '' && { status }),
        ...(contentType !== '' && { contentType }),
        isApp,
      }).isView,
    accessOf: accessMethodOf,
    refererOf: (referer, ownHost) => {
      const { class: kind, name = '', host = '' } = refererOf(referer, ownHost, rulesOf(ownHost));
      return { class: kind, name, host, isInternal: kind === 'internal' };
    },
    userAgentOf: agentOf,
    spiderRulesOf: (host) => rulesOf(host).name,
    spiderBy: (userAgent, name) => {
      const site = BY_HOST.rules.find((rules) => rules.name === name) ?? OWN_SITE;
      return spiderBy(userAgent, agentOf(userAgent).deviceFamily, site.spiders);
    },
    ...(countries && { countryOf: (address: string) => countryOf(address, countries) }),
    unknownCountry: UNKNOWN_COUNTRY,
    lastAccessDay: (text) => {
      const day = lastAccessDay(text);
      return day === undefined ? '' : new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
    },
    automatedSql: automatedSql(),
  };
}

/** Returns the function with its latest results kept. */
function remembered<Result extends object>(decide: (text: string) => Result): (text: string) => Result {
  const kept = new LRUCache<string, Result>({ max: KEPT });
  return (text) => {
    let result = kept.get(text);
    if (!result) kept.set(text, (result = decide(text)));
    return result;
  };
}

function versionOf(countries: CountryReader | undefined): string {
  return Object.values(ruleVersions({ sites: BY_HOST, countries })).join(', ');
}

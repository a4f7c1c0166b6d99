import { LRUCache } from 'lru-cache';
import { accessMethodOf } from '../define/access-method.ts';
import { automatedSql } from '../define/automated.ts';
import { type CountryReader, countryOf, UNKNOWN_COUNTRY } from '../define/country.ts';
import { ruleVersions, SITE_RULES } from '../define/definitions.ts';
import { lastAccessDay } from '../define/last-access.ts';
import { OWN_SITE } from '../define/own-site.ts';
import { refererOf } from '../define/referer.ts';
import type { SiteRules } from '../define/site-rules.ts';
import { spiderBy } from '../define/spider.ts';
import { userAgentOf } from '../define/user-agent.ts';
import { isWikimedia } from '../define/wikimedia-hosts.ts';
import { APP_MARK, WIKIMEDIA } from '../define/wikimedia-site.ts';
import type { ViewRules } from './view-rules.ts';

/** How many user agents and hosts are remembered from hour to hour: patterns take long. */
const KEPT = 50_000;
const DAY_MS = 86_400_000;

/** The rules of `src/define`. Sites of Wikimedia have its rules; every other site is one of the operator's own. */
export function standardRules(countries?: CountryReader): ViewRules {
  const rulesOf = remembered((host): SiteRules =>
    isWikimedia(host.trim().toLowerCase()) ? WIKIMEDIA : OWN_SITE,
  );
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
      const site = SITE_RULES.find((rules) => rules.name === name) ?? OWN_SITE;
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
  const pages = SITE_RULES.map(({ version }) => version);
  const { page: _page, ...others } = ruleVersions({ site: OWN_SITE, countries });
  return [...pages, ...Object.values(others)].join(', ');
}

/** AQS leaves `.org` out of a project's name, and so do its readers' questions. */
function withoutOrg(project: string): string {
  return project.replace(/\.org$/, '');
}

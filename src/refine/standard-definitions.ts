import { LRUCache } from 'lru-cache';
import { ACCESS_METHOD_VERSION, accessMethodOf } from '../define/access-method.ts';
import { ACTOR_VERSION, actorOf } from '../define/actor.ts';
import { AUTOMATED_VERSION, automatedSql } from '../define/automated.ts';
import { type CountryReader, countryOf, UNKNOWN_COUNTRY } from '../define/country.ts';
import { LAST_ACCESS_VERSION, lastAccessDay } from '../define/last-access.ts';
import { OWN_SITE } from '../define/own-site.ts';
import { REFERER_VERSION, refererOf } from '../define/referer.ts';
import type { SiteRules } from '../define/site-rules.ts';
import { SPIDER_VERSION, spiderBy } from '../define/spider.ts';
import { USER_AGENT_VERSION, userAgentOf } from '../define/user-agent.ts';
import { isWikimedia } from '../define/wikimedia-hosts.ts';
import { APP_MARK, WIKIMEDIA } from '../define/wikimedia-site.ts';
import { PAGE_KEYS } from '../define/x-analytics.ts';
import type { Definitions, UserAgent } from './definitions.ts';

/** How many user agents are remembered from hour to hour: their patterns take longest. */
const USER_AGENTS = 50_000;
const DAY_MS = 86_400_000;

/** The definitions of `src/define`. Sites of Wikimedia have its rules; every other one is a site of one's own. */
export function standardDefinitions(countries?: CountryReader): Definitions {
  const agents = new LRUCache<string, UserAgent>({ max: USER_AGENTS });
  const versions = [
    OWN_SITE.version,
    WIKIMEDIA.version,
    ACCESS_METHOD_VERSION,
    ACTOR_VERSION,
    AUTOMATED_VERSION,
    LAST_ACCESS_VERSION,
    REFERER_VERSION,
    SPIDER_VERSION,
    USER_AGENT_VERSION,
    countries?.version ?? 'no countries',
  ];
  return {
    version: versions.join(', '),
    pageKeys: PAGE_KEYS,
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
    userAgentOf: (text) => {
      const known = agents.get(text);
      if (known) return known;
      const agent = userAgentOf(text);
      agents.set(text, agent);
      return agent;
    },
    spiderBy: (userAgent) => spiderBy(userAgent, userAgentOf(userAgent).deviceFamily, OWN_SITE.spiders),
    ...(countries && { countryOf: (address: string) => countryOf(address, countries) }),
    unknownCountry: UNKNOWN_COUNTRY,
    actorOf,
    lastAccessDay: (text) => {
      const day = lastAccessDay(text);
      return day === undefined ? '' : new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
    },
    automatedSql: automatedSql(),
  };
}

function rulesOf(host: string): SiteRules {
  return isWikimedia(host.trim().toLowerCase()) ? WIKIMEDIA : OWN_SITE;
}

/** AQS leaves `.org` out of a project's name, and so do its readers' questions. */
function withoutOrg(project: string): string {
  return project.replace(/\.org$/, '');
}

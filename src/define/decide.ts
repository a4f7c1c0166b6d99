import { accessMethodOf, type AccessMethod } from './access-method.ts';
import { countryOf } from './country.ts';
import type { Definitions } from './definitions.ts';
import { deviceSignOf, type DeviceSign } from './last-access.ts';
import { refererOf, type Referer } from './referer.ts';
import { answerOf, pageOf, type PageDecision } from './site-rules.ts';
import { withoutOrg } from './site-choice.ts';
import { spiderBy } from './spider.ts';
import { userAgentOf, type UserAgent } from './user-agent.ts';
import { APP_MARK } from './wikimedia-site.ts';
import { xAnalyticsOf } from './x-analytics.ts';

/** What a row says about one request, or about a view that a page itself reports. */
export interface RequestFacts {
  readonly host: string;
  readonly path: string;
  readonly query?: string | undefined;
  readonly method?: string | undefined;
  readonly status?: string | undefined;
  readonly contentType?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
  readonly address?: string | undefined;
  readonly xAnalytics?: string | undefined;
  readonly saysMobile?: boolean | undefined;
  readonly lastAccess?: string | undefined;
  readonly noCookies?: boolean | undefined;
}

/** What the rules say about one request. Whether its actor is a program shows in a whole day only. */
export interface Decisions {
  readonly isView: boolean;
  /** The rule that decided whether it is a view: of pages if it is for none, else of answers. */
  readonly rule: string;
  /** The name of the rules of the site. */
  readonly rules: string;
  /** The page, with the project's name as numbers have it. */
  readonly page: PageDecision;
  readonly access: AccessMethod;
  readonly agent: 'spider' | 'user';
  /** The rule by which the user agent is a spider's. */
  readonly spiderRule?: string;
  readonly referer: Referer;
  readonly userAgent: UserAgent;
  readonly country: string;
  readonly device: DeviceSign;
}

/**
 * Applies every definition to one request.
 * @param day the day that unique devices are counted for, in days since 1970
 */
export function decide(facts: RequestFacts, day: number, { sites, countries }: Definitions): Decisions {
  const { host, path, query, xAnalytics, userAgent = '-', saysMobile } = facts;
  const site = sites.of(host);
  const isApp = userAgent.includes(APP_MARK);
  const type = facts.contentType ?? '-';
  const page = pageOf(
    { host, path, query, xAnalytics, isApp, hasContentType: type !== '-' && type !== '' },
    site,
  );
  const answer = answerOf({ ...facts, isApp }, site);
  const marks = xAnalyticsOf(xAnalytics);
  const isMarked = marks.size > 0;
  const agent = userAgentOf(userAgent);
  const spiderRule = spiderBy(userAgent, agent.deviceFamily, site.spiders);
  return {
    isView: page.isPage && answer.isView,
    rule: page.isPage && !answer.isView ? answer.rule : page.rule,
    rules: site.name,
    page: page.isPage ? { ...page, project: withoutOrg(page.project) } : page,
    access: accessMethodOf(userAgent, marks.get('ismobile') === '1', saysMobile),
    agent: spiderRule === undefined ? 'user' : 'spider',
    ...(spiderRule !== undefined && { spiderRule }),
    referer: refererOf(facts.referer, host, site),
    userAgent: agent,
    country: countryOf(facts.address, countries),
    device: deviceSignOf(
      facts.lastAccess ?? marks.get('WMF-Last-Access'),
      facts.noCookies ?? (isMarked ? marks.get('nocookies') === '1' : undefined),
      day,
    ),
  };
}

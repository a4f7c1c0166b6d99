import { ACCESS_METHOD_VERSION } from './access-method.ts';
import { ACTOR_VERSION } from './actor.ts';
import { AUTOMATED_VERSION } from './automated.ts';
import type { CountryReader } from './country.ts';
import { LAST_ACCESS_VERSION } from './last-access.ts';
import { OWN_SITE } from './own-site.ts';
import { REFERER_VERSION } from './referer.ts';
import type { SiteRules } from './site-rules.ts';
import { SPIDER_VERSION } from './spider.ts';
import { USER_AGENT_VERSION } from './user-agent.ts';
import { WIKIMEDIA } from './wikimedia-site.ts';

/** The rule sets of sites by their names; the first one is the default. */
export const SITE_RULES: readonly SiteRules[] = [OWN_SITE, WIKIMEDIA];

/** The definitions by which numbers are made of requests. */
export interface Definitions {
  readonly site: SiteRules;
  /** The operator's own data of countries. */
  readonly countries?: CountryReader | undefined;
}

/** Returns the version of each definition. Numbers are made of the same rules if all versions are equal. */
export function ruleVersions({ site, countries }: Definitions): Readonly<Record<string, string>> {
  return {
    page: site.version,
    'access-method': ACCESS_METHOD_VERSION,
    referer: REFERER_VERSION,
    'user-agent': USER_AGENT_VERSION,
    spider: SPIDER_VERSION,
    automated: AUTOMATED_VERSION,
    actor: ACTOR_VERSION,
    country: countries?.version ?? 'none',
    'last-access': LAST_ACCESS_VERSION,
  };
}

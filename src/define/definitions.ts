import { ACCESS_METHOD_VERSION } from './access-method.ts';
import { ACTOR_VERSION } from './actor.ts';
import { AUTOMATED_VERSION } from './automated.ts';
import type { CountryReader } from './country.ts';
import { LAST_ACCESS_VERSION } from './last-access.ts';
import { REFERER_VERSION } from './referer.ts';
import type { SiteChoice } from './site-choice.ts';
import { SPIDER_VERSION } from './spider.ts';
import { USER_AGENT_VERSION } from './user-agent.ts';

/** The definitions by which numbers are made of requests. */
export interface Definitions {
  readonly sites: SiteChoice;
  /** The operator's own data of countries. */
  readonly countries?: CountryReader | undefined;
}

/** Returns the version of each definition. Numbers are made of the same rules if all versions are equal. */
export function ruleVersions({ sites, countries }: Definitions): Readonly<Record<string, string>> {
  return {
    page: sites.rules.map(({ version }) => version).join(', '),
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

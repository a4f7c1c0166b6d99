import { OWN_SITE } from './own-site.ts';
import type { SiteRules } from './site-rules.ts';
import { isWikimedia } from './wikimedia-hosts.ts';
import { WIKIMEDIA } from './wikimedia-site.ts';

/** Which rules a site has. */
export interface SiteChoice {
  /** The rule sets that are chosen from. */
  readonly rules: readonly SiteRules[];
  /** Returns the rules of a host's pages. */
  of(host: string): SiteRules;
}

/** Sites of Wikimedia have its rules; every other site is one of the operator's own. */
export const BY_HOST: SiteChoice = {
  rules: [OWN_SITE, WIKIMEDIA],
  of: (host) => (isWikimedia(host.trim().toLowerCase()) ? WIKIMEDIA : OWN_SITE),
};

/** All sites have the same rules. */
export function sameRules(rules: SiteRules): SiteChoice {
  return { rules: [rules], of: () => rules };
}

/** AQS leaves `.org` out of a project's name, and so do its readers' questions. */
export function withoutOrg(project: string): string {
  return project.replace(/\.org$/, '');
}

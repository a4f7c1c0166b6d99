/** What of a request says which page it asks for. An absent text is empty. */
export interface PageRequest {
  readonly host: string;
  /** The path, with or without its query. */
  readonly path: string;
  readonly query: string;
  /** The part of X-Analytics that `pageMarksSql` of `src/define` leaves. */
  readonly xAnalytics: string;
  /** Whether the user agent contains `ViewRules.appMark`. */
  readonly isApp: boolean;
  readonly hasContentType: boolean;
}

/** A page of a project. */
export interface Page {
  readonly project: string;
  readonly article: string;
  /** The number of the namespace; empty if the request doesn't say it. */
  readonly namespace: string;
}

/** What of a request says whether a page was shown. An absent text is empty. */
export interface PageAnswer {
  readonly host: string;
  readonly method: string;
  readonly status: string;
  readonly contentType: string;
  readonly isApp: boolean;
}

export interface Referer {
  readonly class: string;
  readonly name: string;
  readonly host: string;
  /** Whether the page that linked here belongs to the same site. */
  readonly isInternal: boolean;
}

export interface UserAgent {
  readonly browserFamily: string;
  readonly browserMajor: string;
  readonly osFamily: string;
  readonly osMajor: string;
  readonly deviceFamily: string;
}

/**
 * What the columns of a view mean. Each function is pure. Refining calls them once per distinct value, never
 * once per row.
 */
export interface ViewRules {
  /** Another one for each set of rules. Hours that were made by another version can be made again. */
  readonly version: string;
  /** The text by which the user agents of apps are told from others. */
  readonly appMark: string;
  /** Returns undefined if the request isn't for a page. */
  pageOf(request: PageRequest): Page | undefined;
  isView(answer: PageAnswer): boolean;
  accessOf(userAgent: string, isMobile: boolean): string;
  refererOf(referer: string, ownHost: string): Referer;
  userAgentOf(userAgent: string): UserAgent;
  /** Names the rules by which user agents of a site are spiders'. */
  spiderRulesOf(host: string): string;
  /**
   * Returns the rule by which a user agent is a spider's; undefined if it isn't.
   * @param rules a name that `spiderRulesOf` has returned
   */
  spiderBy(userAgent: string, rules: string): string | undefined;
  /** Absent if nothing tells an address's country. */
  readonly countryOf?: ((address: string) => string) | undefined;
  readonly unknownCountry: string;
  /** Returns the day of a last-access cookie as YYYYMMDD; empty if it isn't one. */
  lastAccessDay(text: string): string;
  /**
   * An expression of SQL: the reason why an actor is a program, else NULL. Its columns are `views`, `pages`,
   * `minutes`, `views_without_cookies` and `user_agent_length`.
   */
  readonly automatedSql: string;
}

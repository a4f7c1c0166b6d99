import type { SpiderRule } from './spider.ts';

/** What of a request says which page it asks for. */
export interface PageRequest {
  readonly host: string;
  /** The path, with or without its query. */
  readonly path: string;
  /** The query, with or without its `?`; empty, `-` or absent where there is none. */
  readonly query?: string | undefined;
  /** The X-Analytics header. Only the keys of `PAGE_KEYS` matter, so all others can be left out. */
  readonly xAnalytics?: string | undefined;
  /** Whether one of Wikimedia's apps asks: the user agent contains `APP_MARK`. */
  readonly isApp?: boolean | undefined;
  /** Whether the answer's content type is known. Where it isn't, the path's ending decides. */
  readonly hasContentType?: boolean | undefined;
}

/** Which page a request asks for, and the name of the rule that says so. */
export type PageDecision =
  | {
      readonly isPage: true;
      /** The project: `en.wikipedia`, `blog.example.net`. */
      readonly project: string;
      /** The page's title, or the path of a site of one's own; `-` where it can't be said. */
      readonly article: string;
      /** The number of the page's namespace, where the request says it. */
      readonly namespace?: number;
      /** The variant of the language, `zh-hant`; `default`, or `-` where it can't be said. Only of Wikimedia's sites. */
      readonly variant?: string;
      readonly rule: string;
    }
  | { readonly isPage: false; readonly rule: string };

/** What of a request says whether a page was shown. All are absent where a page itself reports its view. */
export interface PageAnswer {
  readonly method?: string | undefined;
  readonly status?: string | undefined;
  readonly contentType?: string | undefined;
  readonly isApp?: boolean | undefined;
}

export interface AnswerDecision {
  readonly isView: boolean;
  readonly rule: string;
}

/** The rules of one kind of sites. A request is a page view if it is for a page and its answer is a view. */
export interface SiteRules {
  readonly name: string;
  readonly version: string;
  /** By which user agents are those of programs. */
  readonly spiders: readonly SpiderRule[];
  pageOf(request: PageRequest): PageDecision;
  answerOf(answer: PageAnswer): AnswerDecision;
  /** Whether a referer's host belongs to the site, or to the sites of the same owner. */
  isInternal(host: string, ownHost: string): boolean;
}

/** Says which page a request asks for. The answer depends on the arguments only. */
export function pageOf(request: PageRequest, rules: SiteRules): PageDecision {
  return rules.pageOf(request);
}

/** Says whether an answer shows a page to somebody. */
export function answerOf(answer: PageAnswer, rules: SiteRules): AnswerDecision {
  return rules.answerOf(answer);
}

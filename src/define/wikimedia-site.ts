import { decideAnswer, type AnswerRule } from './answer-rules.ts';
import type { PageDecision, PageRequest, SiteRules } from './site-rules.ts';
import { WIKIMEDIA_SPIDERS } from './spider.ts';
import { versionOf } from './version.ts';
import {
  isPageHost,
  isWikimedia,
  INTERNAL_DOMAINS,
  PAGE_HOSTS,
  projectOf,
  QUALIFIERS,
} from './wikimedia-hosts.ts';
import { API_PAGES, ILLEGAL_TITLE, LONGEST_TITLE, plainPath, titleOf, variantOf } from './wikimedia-title.ts';
import { xAnalyticsOf } from './x-analytics.ts';

/** What the user agents of Wikimedia's apps contain. */
export const APP_MARK = 'WikipediaApp';

/** Special pages that are read. */
const READ_SPECIAL_PAGES = new Set(['allevents', 'recentchanges', 'search', 'version', 'viewobject']);
const PAGE_PATH = /^\/(?:sr(?:-e[cl])?|w(?:iki)?|v(?:iew)?|zh(?:-(?:cn|hans|hant|hk|mo|my|sg|tw))?)\//;
const PAGE_QUERY = /\?(?:(?:cur|old)id|title|search)=/;
/** `veaction=edit` and `veaction=editsource` as well. */
const EDIT = /action=(?:edit|submit)/;
const STATUSES = new Set(['200', '304']);
const PAGE_TYPES = new Set([
  'text/html',
  ...['iso-8859-1', 'ISO-8859-1', 'utf-8', 'UTF-8'].map((charset) => `text/html; charset=${charset}`),
]);

interface Read {
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly isApp: boolean;
  readonly marks: ReadonlyMap<string, string>;
}

interface PageRule {
  readonly name: string;
  readonly isPage: boolean;
  readonly test: (read: Read) => boolean;
}

/** The first rule that holds decides. The last one always does. */
export const WIKIMEDIA_PAGE_RULES: readonly PageRule[] = [
  { name: 'host', isPage: false, test: ({ host }) => !isPageHost(host) },
  { name: 'preview', isPage: false, test: ({ marks }) => marks.get('preview') === '1' },
  { name: 'debug', isPage: false, test: ({ marks }) => marks.get('debug') === '1' },
  { name: 'special page', isPage: false, test: ({ marks }) => isSpecial(marks) },
  { name: 'app page', isPage: true, test: ({ isApp, marks }) => isApp && marks.get('pageview') === '1' },
  { name: 'app request', isPage: false, test: ({ isApp }) => isApp },
  { name: 'api', isPage: false, test: ({ path }) => path.includes('api.php') },
  { name: 'edit', isPage: false, test: ({ query }) => EDIT.test(query) },
  { name: 'path', isPage: true, test: ({ path }) => PAGE_PATH.test(path) },
  { name: 'query', isPage: true, test: ({ query }) => PAGE_QUERY.test(query) },
  { name: 'other path', isPage: false, test: () => true },
];

export const WIKIMEDIA_ANSWER_RULES: readonly AnswerRule[] = [
  { name: 'status', isView: false, test: ({ status = '200' }) => !STATUSES.has(status) },
  {
    name: 'reported',
    isView: true,
    test: ({ status, contentType }) => status === undefined && contentType === undefined,
  },
  {
    name: 'content type',
    isView: false,
    test: ({ contentType = '-', isApp = false }) => !isApp && !PAGE_TYPES.has(contentType),
  },
  { name: 'answered', isView: true, test: () => true },
];

const VERSION = versionOf('wikimedia', 1, {
  PAGE_HOSTS,
  INTERNAL_DOMAINS,
  QUALIFIERS,
  READ_SPECIAL_PAGES,
  PAGE_PATH,
  PAGE_QUERY,
  EDIT,
  STATUSES,
  PAGE_TYPES,
  APP_MARK,
  titles: [API_PAGES, ILLEGAL_TITLE, LONGEST_TITLE],
  rules: [WIKIMEDIA_PAGE_RULES, WIKIMEDIA_ANSWER_RULES],
});

/** Wikimedia's definition of a page view, as of refinery-source f9adc85b (2026-07-14). */
export const WIKIMEDIA: SiteRules = wikimedia(WIKIMEDIA_PAGE_RULES, WIKIMEDIA_ANSWER_RULES);

/** Builds the rule set, so that a test can leave out a rule. */
export function wikimedia(pageRules: readonly PageRule[], answerRules: readonly AnswerRule[]): SiteRules {
  return {
    name: 'wikimedia',
    version: VERSION,
    spiders: WIKIMEDIA_SPIDERS,
    pageOf: (request) => decidePage(request, pageRules),
    answerOf: (answer) => decideAnswer(answer, answerRules),
    isInternal: (host) => isWikimedia(host),
  };
}

function decidePage(request: PageRequest, rules: readonly PageRule[]): PageDecision {
  const { path: asked, query: separate = '', isApp = false } = request;
  // A view that a page itself reports has its query in its path.
  const at = separate === '' ? asked.indexOf('?') : -1;
  const [path, query] = at === -1 ? [asked, separate] : [asked.slice(0, at), asked.slice(at)];
  const read = {
    host: request.host.trim().toLowerCase(),
    path,
    query,
    isApp,
    marks: xAnalyticsOf(request.xAnalytics),
  };
  const rule = rules.find(({ test }) => test(read));
  if (!rule?.isPage) return { isPage: false, rule: rule?.name ?? 'other path' };
  const namespace = read.marks.get('ns') ?? '';
  const plain = plainPath(path);
  return {
    isPage: true,
    project: projectOf(read.host),
    article: titleOf(plain, query),
    ...(/^-?\d{1,9}$/.test(namespace) && { namespace: Number(namespace) }),
    variant: variantOf(plain),
    rule: rule.name,
  };
}

/** Whether the marks name a special page that nobody reads. A mark of another value than 1 counts like such a page, as at Wikimedia. */
function isSpecial(marks: ReadonlyMap<string, string>): boolean {
  const isMarked = ['special', 'preview', 'debug'].some((key) => (marks.get(key) ?? '') !== '');
  return isMarked && !READ_SPECIAL_PAGES.has((marks.get('special') ?? '').toLowerCase());
}

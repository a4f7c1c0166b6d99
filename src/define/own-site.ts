import { contentTypeOf, decideAnswer, type AnswerRule } from './answer-rules.ts';
import type { PageDecision, PageRequest, SiteRules } from './site-rules.ts';
import { OWN_SPIDERS } from './spider.ts';
import { versionOf } from './version.ts';

/** The endings of paths that are no pages, where a log has no content types. */
const FILE_ENDINGS: Readonly<Record<string, string>> = {
  'a picture': 'avif bmp gif heic jpeg jpg jxl png svg tif tiff webp',
  'a style': 'css',
  'a script': 'cjs js mjs',
  'a font': 'eot otf ttf woff woff2',
  'a feed': 'atom rdf rss xml',
  'an icon': 'cur ico',
};
const PAGE_TYPES = new Set(['text/html', 'application/xhtml+xml']);
const STATUSES = new Set(['200', '304']);
/** A longer path is no page that anybody asks for again. In UTF-8 it must have room in a key of the store. */
const LONGEST_PATH = 1_000;
const HOST = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$|^\[[0-9a-f:.]+\]$/;

/** What is asked for, without what doesn't tell pages apart. */
interface Read {
  readonly project: string | undefined;
  readonly article: string;
  readonly hasContentType: boolean;
}

interface NoPageRule {
  readonly name: string;
  readonly test: (read: Read) => boolean;
}

/** Each rule says why a request is for no page. The first one that holds decides. */
export const OWN_PAGE_RULES: readonly NoPageRule[] = [
  { name: 'no host', test: ({ project }) => project === undefined },
  { name: 'no path', test: ({ article }) => !article.startsWith('/') },
  { name: 'long path', test: ({ article }) => Buffer.byteLength(article) > LONGEST_PATH },
  ...Object.entries(FILE_ENDINGS).map(([kind, endings]): NoPageRule => {
    const all = new Set(endings.split(' '));
    return {
      name: `ending of ${kind}`,
      test: ({ article, hasContentType }) => !hasContentType && all.has(endingOf(article)),
    };
  }),
];

export const OWN_ANSWER_RULES: readonly AnswerRule[] = [
  { name: 'method', isView: false, test: ({ method = 'GET' }) => method !== 'GET' },
  { name: 'status', isView: false, test: ({ status = '200' }) => !STATUSES.has(status) },
  {
    name: 'content type',
    isView: false,
    test: ({ contentType }) => {
      const type = contentTypeOf(contentType);
      return type !== undefined && !PAGE_TYPES.has(type);
    },
  },
  {
    name: 'reported',
    isView: true,
    test: ({ method, status }) => method === undefined && status === undefined,
  },
  { name: 'answered', isView: true, test: () => true },
];

const VERSION = versionOf('own-site', 1, {
  FILE_ENDINGS,
  PAGE_TYPES,
  STATUSES,
  LONGEST_PATH,
  HOST,
  rules: [OWN_PAGE_RULES, OWN_ANSWER_RULES],
});

/** The rules of a site of one's own: its project is its host, its article the path as asked for. */
export const OWN_SITE: SiteRules = ownSite(OWN_PAGE_RULES, OWN_ANSWER_RULES);

/** Builds the rule set, so that a test can leave out a rule. */
export function ownSite(pageRules: readonly NoPageRule[], answerRules: readonly AnswerRule[]): SiteRules {
  return {
    name: 'own-site',
    version: VERSION,
    spiders: OWN_SPIDERS,
    pageOf: (request) => decidePage(request, pageRules),
    answerOf: (answer) => decideAnswer(answer, answerRules),
    isInternal: (host, ownHost) => hostName(host) !== undefined && hostName(host) === hostName(ownHost),
  };
}

function decidePage(
  { host, path, hasContentType = false }: PageRequest,
  rules: readonly NoPageRule[],
): PageDecision {
  const read = { project: hostName(host), article: articleOf(path), hasContentType };
  const rule = rules.find(({ test }) => test(read));
  if (rule) return { isPage: false, rule: rule.name };
  return { isPage: true, project: read.project ?? '-', article: read.article, rule: 'path' };
}

/** Returns a host in small letters, without port, last dot and `www.`, which AQS cuts off as well. */
function hostName(host: string): string | undefined {
  const name = host
    .trim()
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '')
    .replace(/^www\.(?=[^.]+\.)/, '');
  return name.length <= 255 && HOST.test(name) ? name : undefined;
}

/** The path as asked for, without its query. Of what follows `#` only a route of a script's page is kept. */
function articleOf(path: string): string {
  const hash = path.indexOf('#');
  const route = hash === -1 ? '' : path.slice(hash);
  const before = hash === -1 ? path : path.slice(0, hash);
  const query = before.indexOf('?');
  const plain = query === -1 ? before : before.slice(0, query);
  return /^#!?\//.test(route) ? plain + route : plain;
}

/** Returns what follows the last dot of the last part of a path, in small letters. */
function endingOf(article: string): string {
  const name = article.slice(article.lastIndexOf('/') + 1);
  return name.slice(name.lastIndexOf('.') + 1 || name.length).toLowerCase();
}

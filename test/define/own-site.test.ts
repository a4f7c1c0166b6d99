import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OWN_ANSWER_RULES, OWN_PAGE_RULES, OWN_SITE, ownSite } from '../../src/define/own-site.ts';
import {
  answerOf,
  pageOf,
  type PageAnswer,
  type PageRequest,
  type SiteRules,
} from '../../src/define/site-rules.ts';

/** What rules say of a request in words: `blog.example.net /meadow`, or the name of the rule. */
function said(request: Partial<PageRequest> & PageAnswer, rules: SiteRules = OWN_SITE): string {
  const page = pageOf({ host: 'blog.example.net', path: '/meadow', ...request }, rules);
  if (!page.isPage) return page.rule;
  const answer = answerOf(request, rules);
  return answer.isView ? `${page.project} ${page.article}` : answer.rule;
}

const HTML = { method: 'GET', status: '200', contentType: 'text/html; charset=utf-8', hasContentType: true };
/** Of a log without content types. */
const PLAIN = { method: 'GET', status: '200' };

const CASES: readonly [Partial<PageRequest> & PageAnswer, string][] = [
  [HTML, 'blog.example.net /meadow'],
  [{ ...HTML, status: '304' }, 'blog.example.net /meadow'],
  [{ ...HTML, contentType: 'application/xhtml+xml' }, 'blog.example.net /meadow'],
  [{ ...HTML, path: '/picture.png' }, 'blog.example.net /picture.png'],
  [{ ...HTML, path: '/a%20b?q=1' }, 'blog.example.net /a%20b'],
  [{ ...HTML, method: 'POST' }, 'method'],
  [{ ...HTML, method: 'HEAD' }, 'method'],
  [{ ...HTML, status: '404' }, 'status'],
  [{ ...HTML, status: '-' }, 'status'],
  [{ ...HTML, contentType: 'application/json' }, 'content type'],
  [PLAIN, 'blog.example.net /meadow'],
  [{ ...PLAIN, contentType: '-' }, 'blog.example.net /meadow'],
  [{ ...PLAIN, path: '/' }, 'blog.example.net /'],
  [{ ...PLAIN, path: '/v1.2/notes' }, 'blog.example.net /v1.2/notes'],
  [{ ...PLAIN, path: '/photo.JPG' }, 'ending of a picture'],
  [{ ...PLAIN, path: '/a.css?v=2' }, 'ending of a style'],
  [{ ...PLAIN, path: '/a.mjs' }, 'ending of a script'],
  [{ ...PLAIN, path: '/a.woff2' }, 'ending of a font'],
  [{ ...PLAIN, path: '/feed.xml' }, 'ending of a feed'],
  [{ ...PLAIN, path: '/favicon.ico' }, 'ending of an icon'],
  [{ ...PLAIN, path: '*' }, 'no path'],
  [{ ...PLAIN, host: 'no host!' }, 'no host'],
  [{ ...PLAIN, path: `/${'é'.repeat(500)}` }, 'long path'],
  [{ ...PLAIN, host: 'WWW.Example.NET:8080' }, 'example.net /meadow'],
  [{ path: '/app?x=1#/route' }, 'blog.example.net /app#/route'],
  [{ path: '/meadow#top' }, 'blog.example.net /meadow'],
];

void test('a view of a site of its own is a GET of a page that was answered', () => {
  for (const [request, expected] of CASES) assert.equal(said(request), expected, JSON.stringify(request));
});

void test('each rule of an own site is needed', () => {
  const without = <T extends { name: string }>(rules: readonly T[], name: string): T[] =>
    rules.filter((rule) => rule.name !== name);
  const sets = [
    ...OWN_PAGE_RULES.map(
      ({ name }) => [name, ownSite(without(OWN_PAGE_RULES, name), OWN_ANSWER_RULES)] as const,
    ),
    ...OWN_ANSWER_RULES.filter(({ isView }) => !isView).map(
      ({ name }) => [name, ownSite(OWN_PAGE_RULES, without(OWN_ANSWER_RULES, name))] as const,
    ),
  ];
  for (const [name, rules] of sets) {
    assert.ok(
      CASES.some(([request, expected]) => said(request, rules) !== expected),
      name,
    );
  }
});

void test('a link from the own host is internal, one from another host is not', () => {
  assert.ok(OWN_SITE.isInternal('www.example.net', 'example.net'));
  assert.ok(!OWN_SITE.isInternal('shop.example.net', 'example.net'));
  assert.ok(!OWN_SITE.isInternal('', ''));
});

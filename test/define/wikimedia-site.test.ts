import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, pageOf, type SiteRules } from '../../src/define/site-rules.ts';
import {
  APP_MARK,
  WIKIMEDIA,
  WIKIMEDIA_ANSWER_RULES,
  WIKIMEDIA_PAGE_RULES,
  wikimedia,
} from '../../src/define/wikimedia-site.ts';
import { truth } from './truth.ts';

interface Case {
  readonly title: string;
  readonly isPageview: boolean;
  readonly page: { readonly project: string; readonly variant: string; readonly article: string };
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly status: string;
  readonly contentType: string;
  readonly isApp: boolean;
  readonly xAnalytics: string;
}

const CASES = truth('pageview.csv').map((cells): Case => {
  const [title = '', project = '', variant = '', article = '', isPageview, , , , host = ''] = cells;
  const [path = '', query = '', status = '', contentType = '', userAgent = '', xAnalytics = ''] =
    cells.slice(9);
  return {
    title,
    isPageview: isPageview === 'true',
    page: { project, variant, article },
    host,
    path,
    query,
    status,
    contentType,
    isApp: userAgent.includes(APP_MARK),
    xAnalytics,
  };
});

/** The cases that a rule set answers otherwise than Wikimedia's tests expect. */
function wrong(rules: SiteRules): string[] {
  return CASES.filter((one) => {
    const decision = pageOf(one, rules);
    const isView = decision.isPage && answerOf(one, rules).isView;
    if (isView !== one.isPageview) return true;
    if (!decision.isPage || !isView) return false;
    const { project, variant, article } = decision;
    return JSON.stringify({ project, variant, article }) !== JSON.stringify(one.page);
  }).map(({ title, path }) => `${title} ${path}`);
}

void test("all 89 cases of Wikimedia's page views are answered as there", () => {
  assert.equal(CASES.length, 89);
  assert.deepEqual(wrong(WIKIMEDIA), []);
});

/** Cases for rules that Wikimedia's tests don't need. */
const ARTICLE = { host: 'en.wikipedia.org', path: '/wiki/Cat', status: '200', contentType: 'text/html' };
const MORE: readonly { readonly isPageview: boolean; readonly request: object }[] = [
  { isPageview: false, request: { ...ARTICLE, xAnalytics: 'preview=1;special=Search' } },
  { isPageview: false, request: { ...ARTICLE, xAnalytics: 'debug=1;special=Search' } },
  { isPageview: true, request: { host: 'en.wikipedia.org', path: '/wiki/Cat' } },
  { isPageview: false, request: { ...ARTICLE, path: '/robots.txt' } },
];

function wrongOfMore(rules: SiteRules): readonly object[] {
  return MORE.filter(({ isPageview, request }) => {
    const one = request as Case;
    return (pageOf(one, rules).isPage && answerOf(one, rules).isView) !== isPageview;
  });
}

void test('each rule of page views is needed', () => {
  assert.deepEqual(wrongOfMore(WIKIMEDIA), []);
  const without = <T extends { name: string }>(rules: readonly T[], name: string): T[] =>
    rules.filter((rule) => rule.name !== name);
  const sets = [
    ...WIKIMEDIA_PAGE_RULES.slice(0, -1).map(({ name }) => ({
      name,
      rules: wikimedia(without(WIKIMEDIA_PAGE_RULES, name), WIKIMEDIA_ANSWER_RULES),
    })),
    ...WIKIMEDIA_ANSWER_RULES.slice(0, -1).map(({ name }) => ({
      name,
      rules: wikimedia(WIKIMEDIA_PAGE_RULES, without(WIKIMEDIA_ANSWER_RULES, name)),
    })),
  ];
  const needless = sets.filter(({ rules }) => wrong(rules).length + wrongOfMore(rules).length === 0);
  assert.deepEqual(
    needless.map(({ name }) => name),
    [],
  );
});

void test('the project is the host without qualifiers and without .org', () => {
  const projectOf = (host: string): string => {
    const page = pageOf({ host, path: '/wiki/Cat' }, WIKIMEDIA);
    return page.isPage ? page.project : page.rule;
  };
  assert.equal(projectOf('EN.m.wikipedia.org'), 'en.wikipedia');
  assert.equal(projectOf('www.wikidata.org'), 'wikidata');
  assert.equal(projectOf('commons.wikimedia.org.'), 'commons.wikimedia');
  assert.equal(projectOf('wikipedia.example.org'), 'host');
  assert.equal(projectOf(`${'a'.repeat(800)}.wikipedia.org`), 'host');
});

void test('a namespace is kept where the request says it', () => {
  const page = pageOf(
    { host: 'de.wikipedia.org', path: '/wiki/Katze', xAnalytics: 'ns=0;page_id=5' },
    WIKIMEDIA,
  );
  assert.deepEqual(page, {
    isPage: true,
    project: 'de.wikipedia',
    article: 'Katze',
    namespace: 0,
    variant: 'default',
    rule: 'path',
  });
});

void test('a view that a page reports has its query in its path', () => {
  const page = pageOf({ host: 'en.wikipedia.org', path: '/w/index.php?title=Cat&action=view' }, WIKIMEDIA);
  assert.ok(page.isPage && page.article === 'Cat');
  const edit = pageOf({ host: 'en.wikipedia.org', path: '/w/index.php?title=Cat&action=edit' }, WIKIMEDIA);
  assert.deepEqual(edit, { isPage: false, rule: 'edit' });
});

void test('what a client sends never throws', () => {
  for (const path of ['', '*', '%', '/wiki/%', '/wiki/%E4%B8', 'http', 'http://', '/view/', '/wiki/\ud800']) {
    for (const host of ['', '.', 'en.wikipedia.org', '..org', '[::1]']) {
      pageOf({ host, path, query: '?title=%', xAnalytics: ';;=;a' }, WIKIMEDIA);
    }
  }
});

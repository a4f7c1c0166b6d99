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

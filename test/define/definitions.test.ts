import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decide } from '../../src/define/decide.ts';
import { ruleVersions } from '../../src/define/definitions.ts';
import { factsOfPageview, factsOfRequest } from '../../src/define/facts.ts';
import { BY_HOST, sameRules } from '../../src/define/site-choice.ts';
import { OWN_SITE } from '../../src/define/own-site.ts';
import { versionOf } from '../../src/define/version.ts';
import { WIKIMEDIA } from '../../src/define/wikimedia-site.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0';
const DAY = Date.UTC(2026, 10, 29) / 86_400_000;

void test('every definition has a version, which the data of its rules changes', () => {
  const versions = ruleVersions({ sites: sameRules(OWN_SITE) });
  for (const [name, version] of Object.entries(versions)) assert.match(version, /^[a-z][\w.-]*$/, name);
  assert.notEqual(ruleVersions({ sites: sameRules(WIKIMEDIA) })['page'], versions['page']);
  assert.notEqual(versionOf('a', 1, { words: new Set(['x']) }), versionOf('a', 1, { words: new Set(['y']) }));
  assert.notEqual(versionOf('a', 1, { pattern: /x/ }), versionOf('a', 1, { pattern: /x/i }));
  assert.notEqual(versionOf('a', 1, {}), versionOf('a', 2, {}));
});

void test('docs/definitions.md names the version of every definition', () => {
  const text = readFileSync(new URL('../../../docs/definitions.md', import.meta.url), 'utf8');
  const versions = BY_HOST.rules.flatMap((site) => Object.values(ruleVersions({ sites: sameRules(site) })));
  for (const version of versions.filter((one) => one !== 'none'))
    assert.ok(text.includes(`\`${version}\``), version);
});

void test('hosts of Wikimedia have its rules, and all others those of a site of their own', () => {
  for (const host of ['en.wikipedia.org', 'WWW.Wikidata.org', 'upload.wikimedia.org'])
    assert.equal(BY_HOST.of(host), WIKIMEDIA, host);
  for (const host of ['blog.example.net', 'wikipedia.org.example.net', 'en.wikipedia.org:443', ''])
    assert.equal(BY_HOST.of(host), OWN_SITE, host);
});

void test("a request of a server's log is decided as a whole", () => {
  const row = {
    uri_host: 'blog.example.net',
    uri_path: '/meadow',
    uri_query: '?q=1',
    http_method: 'GET',
    http_status: '200',
    user_agent: FIREFOX,
    referer: 'https://www.google.de/',
    ip: '192.0.2.1',
  };
  const { isView, rule, page, access, agent, referer, userAgent, country, device } = decide(
    factsOfRequest(row),
    DAY,
    {
      sites: sameRules(OWN_SITE),
      countries: { version: 'test', country: () => 'SE' },
    },
  );
  assert.deepEqual(
    { isView, rule, page, access, agent, referer, browser: userAgent.browserFamily, country, device },
    {
      isView: true,
      rule: 'path',
      page: { isPage: true, project: 'blog.example.net', article: '/meadow', rule: 'path' },
      access: 'desktop',
      agent: 'user',
      referer: { class: 'search-engine', name: 'Google', host: 'www.google.de', rule: 'search engines' },
      browser: 'Firefox',
      country: 'SE',
      device: 'unknown',
    },
  );
  const without = decide(factsOfRequest({ uri_host: 'blog.example.net', uri_path: '/meadow' }), DAY, {
    sites: sameRules(OWN_SITE),
  });
  assert.deepEqual([without.isView, without.rule, without.spiderRule], [false, 'method', 'no user agent']);
});

void test('a view that a page reports is a view', () => {
  const row = {
    site: 'blog.example.net',
    path: '/meadow?q=1',
    user_agent: FIREFOX,
    referrer: 'https://blog.example.net/',
    no_cookies: false,
    last_access: '28-Nov-2026',
    is_mobile: true,
  };
  const decided = decide(factsOfPageview(row), DAY, { sites: sameRules(OWN_SITE) });
  const { isView, page, access, referer, device } = decided;
  assert.deepEqual([isView, page.isPage && page.article, access], [true, '/meadow', 'mobile-web']);
  assert.deepEqual([referer.class, device], ['internal', 'first']);
  const error = decide(factsOfPageview({ ...row, status: 404 }), DAY, { sites: sameRules(OWN_SITE) });
  assert.deepEqual([error.isView, error.rule], [false, 'status']);
});

void test("Wikimedia's X-Analytics says how a page was reached, and about cookies", () => {
  const row = {
    uri_host: 'en.wikipedia.org',
    uri_path: '/wiki/Cat',
    http_status: '200',
    content_type: 'text/html; charset=UTF-8',
    user_agent: FIREFOX,
  };
  const decided = (marks: string) =>
    decide(factsOfRequest({ ...row, x_analytics: marks }), DAY, { sites: BY_HOST });
  const mobile = decided('ns=0;ismobile=1;WMF-Last-Access=29-Nov-2026');
  assert.deepEqual([mobile.isView, mobile.access, mobile.device], [true, 'mobile-web', 'again']);
  assert.deepEqual(
    [decided('https=1;nocookies=1').device, decided('https=1').device],
    ['no cookies', 'first'],
  );
  assert.equal(decided('-').device, 'unknown');
});

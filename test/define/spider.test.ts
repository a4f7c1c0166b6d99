import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  isSpider,
  OWN_SPIDERS,
  spiderBy,
  SPIDER_PACKAGES,
  type SpiderRule,
} from '../../src/define/spider.ts';
import { USER_AGENT_VERSION } from '../../src/define/user-agent.ts';
import { truth } from './truth.ts';
import { cpuMsOf } from '../support/cpu-ms.ts';

const CASES = truth('isSpider.csv').map(([, expected, ...userAgent]) => ({
  isSpider: expected === 'true',
  userAgent: userAgent.join(','),
}));

void test("all 62 cases of Wikimedia's spiders are answered as there", () => {
  assert.equal(CASES.length, 62);
  assert.deepEqual(
    CASES.filter((one) => isSpider(one.userAgent) !== one.isSpider),
    [],
  );
});

/** User agents that only one rule knows, beside Wikimedia's cases. */
const MORE = [
  { userAgent: 'Mozilla/5.0 (compatible; Yeti/1.1)', deviceFamily: 'Spider' },
  { userAgent: 'HeadlessChrome/120.0', deviceFamily: 'Other' },
];

void test('each rule of spiders is needed', () => {
  const cases = [
    ...CASES.filter((one) => one.isSpider).map((one) => ({ ...one, deviceFamily: '-' })),
    ...MORE,
  ];
  const missed = (rules: readonly SpiderRule[]): string[] =>
    cases
      .filter((one) => spiderBy(one.userAgent, one.deviceFamily, rules) === undefined)
      .map((one) => one.userAgent);
  assert.deepEqual(missed(OWN_SPIDERS), []);
  // Wikimedia's cases were made before isbot, which knows many of them.
  const others = OWN_SPIDERS.filter(({ name }) => name !== 'isbot');
  assert.deepEqual(missed(others), ['HeadlessChrome/120.0']);
  for (const { name } of others) {
    assert.notDeepEqual(missed(others.filter((rule) => rule.name !== name)), missed(others), name);
  }
});

void test("Wikipedia's apps are no spiders, though isbot takes them for some", () => {
  const app = 'WikipediaApp/6.7.4.1791 (iOS 14.4; Phone)';
  assert.equal(spiderBy(app, 'Other', OWN_SPIDERS), undefined);
});

void test('a mail address is looked for in a time that grows with the length only', async () => {
  const ms = await cpuMsOf(() => {
    assert.equal(isSpider('@'.repeat(2_000)), false);
    assert.equal(isSpider('a@'.repeat(500_000)), false);
  });
  assert.ok(ms < 200, `${ms}`);
});

void test('the version names the packages that are installed', () => {
  const { dependencies } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { dependencies: Record<string, string> };
  assert.deepEqual(SPIDER_PACKAGES, [`isbot ${dependencies['isbot']}`]);
  assert.ok(USER_AGENT_VERSION.endsWith(`uap-core-${dependencies['uap-core']}`));
});

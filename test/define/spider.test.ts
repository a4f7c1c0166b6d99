import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSpider, spiderRule, SPIDER_RULES } from '../../src/define/spider.ts';
import { truth } from './truth.ts';

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

void test('each rule of spiders is needed', () => {
  for (const { name } of SPIDER_RULES) {
    const others = SPIDER_RULES.filter((rule) => rule.name !== name);
    assert.ok(
      CASES.some((one) => one.isSpider && spiderRule(one.userAgent, others) === undefined),
      name,
    );
  }
});

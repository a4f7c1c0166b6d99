import { DuckDBInstance } from '@duckdb/node-api';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTOMATED_RULES, automatedBy, automatedSql, type ActorStats } from '../../src/define/automated.ts';

const PERSON: ActorStats = {
  views: 40,
  pages: 30,
  minutes: 60,
  views_without_cookies: 0,
  user_agent_length: 110,
};

const CASES: readonly [string | undefined, Partial<ActorStats>][] = [
  [undefined, {}],
  [undefined, { views: 9, minutes: 0, user_agent_length: 500 }],
  ['many-views', { views: 801, pages: 801, minutes: 1_000 }],
  [undefined, { views: 800, pages: 800, minutes: 1_000 }],
  ['fast', { views: 30, minutes: 1 }],
  [undefined, { views: 29, minutes: 1 }],
  ['few-pages', { views: 200, pages: 39, minutes: 600, views_without_cookies: 11 }],
  [undefined, { views: 200, pages: 40, minutes: 600, views_without_cookies: 11 }],
  [undefined, { views: 200, pages: 39, minutes: 600, views_without_cookies: 10 }],
  [undefined, { views: 100, pages: 1, minutes: 600, views_without_cookies: 100 }],
  ['long-user-agent', { user_agent_length: 401 }],
  ['short-user-agent', { user_agent_length: 24 }],
];

void test('an actor is taken for a program by what it did in a day, and the reason is named', () => {
  for (const [reason, stats] of CASES)
    assert.equal(automatedBy({ ...PERSON, ...stats }), reason, JSON.stringify(stats));
});

void test('each rule of actors is needed', () => {
  for (const rule of AUTOMATED_RULES) {
    const rules = AUTOMATED_RULES.filter((one) => one !== rule);
    assert.ok(
      CASES.some(([reason, stats]) => automatedBy({ ...PERSON, ...stats }, rules) !== reason),
      rule.reason ?? 'few views',
    );
  }
});

void test('SQL says the same', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  const fields = Object.keys(PERSON) as (keyof ActorStats)[];
  const rows = CASES.map(([, stats], i) => {
    const values = fields.map((field) => ({ ...PERSON, ...stats })[field]);
    return `(${[i, ...values].join(', ')})`;
  });
  const sql = `SELECT ${automatedSql()} FROM (VALUES ${rows.join(', ')}) t(i, ${fields.join(', ')}) ORDER BY i`;
  const found = (await connection.runAndReadAll(sql)).getRows().map(([reason]) => reason ?? undefined);
  connection.closeSync();
  assert.deepEqual(
    found,
    CASES.map(([reason]) => reason),
  );
});

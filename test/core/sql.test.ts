import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { Sql, sql, sqlJoin, sqlNumber, sqlText } from '../../src/core/sql.ts';

void test('SQL is made of literals and of other SQL, never of a text that is known at run time only', () => {
  const column = sql`project`;
  assert.equal(sql`SELECT ${column} FROM t`.text, 'SELECT project FROM t');
  const given = "'; DROP TABLE t" as unknown as Sql;
  assert.throws(() => sql`SELECT ${given}`, TypeError);
  assert.throws(() => sql`SELECT ${{ text: 'x' }}`, TypeError);
  assert.throws(() => sql`SELECT ${new Sql()}`, TypeError);
  assert.throws(() => sql(['SELECT 1'] as unknown as TemplateStringsArray), TypeError);
});

const HOSTILE = [
  '',
  "'",
  "''",
  "'; DROP TABLE t; --",
  String.raw`\'; DROP TABLE t; --`,
  '\\',
  '"quoted" and `quoted`',
  '${env:HOME} ${hiveconf:x} $1 $$x$$',
  'a\nb\tc\r\x01\x7f',
  '/* */ ? :name @x %s',
  'Ünïcödé 日本 \u0085 \u2028 \u2019',
];

void test('a text in SQL is this text for DuckDB, whatever it holds', async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const read = async (text: string): Promise<unknown> =>
    (await (await db.run(sql`SELECT ${sqlText(text)}`.text)).getRows())[0]?.[0];
  try {
    for (const text of HOSTILE) assert.equal(await read(text), text);
    const texts = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => assert.equal(await read(text), text)),
      {
        numRuns: 300,
      },
    );
  } finally {
    db.closeSync();
  }
});

void test('what stands between quotes has no character that ends a literal or means something in one', () => {
  const texts = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
  const literal = String.raw`'[^'"\x60\\$;\x01-\x1f\x7f]*'|chr\(\d+\)`;
  const form = new RegExp(`^(?:${literal}|concat\\((?:${literal})(?:, (?:${literal}))*\\))$`, 'u');
  for (const text of HOSTILE) assert.match(sqlText(text).text, form);
  fc.assert(fc.property(texts, (text) => assert.match(sqlText(text).text, form)));
});

void test('a text that SQL cannot hold, or that is none, is refused', () => {
  for (const text of ['\0', 'a\0b', '\ud800', { toString: () => 'x' }, undefined])
    assert.throws(() => sqlText(text as string), TypeError);
});

void test('numbers are written so that they mean the same beside any other SQL', () => {
  assert.equal(sql`1 -${sqlNumber(-2)}`.text, '1 -(-2)');
  assert.equal(sqlNumber(0.5).text, '0.5');
  for (const none of [NaN, Infinity, '1; DROP TABLE t' as unknown as number])
    assert.throws(() => sqlNumber(none), TypeError);
});

void test('SQL is joined by SQL only', () => {
  assert.equal(sqlJoin([sql`a`, sql`b`], sql`, `).text, 'a, b');
  assert.equal(sqlJoin([], sql`, `).text, '');
  assert.throws(() => sqlJoin([sql`a`, 'b' as unknown as Sql], sql`, `), TypeError);
  assert.throws(() => sqlJoin(['b' as unknown as Sql], sql`, `), TypeError);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sql, sql } from '../../src/core/sql.ts';

void test('SQL is made of literals and of other SQL, never of a text that is known at run time only', () => {
  const column = sql`project`;
  assert.equal(sql`SELECT ${column} FROM t`.text, 'SELECT project FROM t');
  const given = "'; DROP TABLE t" as unknown as Sql;
  assert.throws(() => sql`SELECT ${given}`, TypeError);
  assert.throws(() => sql`SELECT ${{ text: 'x' }}`, TypeError);
  assert.throws(() => sql`SELECT ${new Sql()}`, TypeError);
  assert.throws(() => sql(['SELECT 1'] as unknown as TemplateStringsArray), TypeError);
});

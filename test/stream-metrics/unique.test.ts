import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { sql } from '../../src/core/sql.ts';
import { streamQuery } from '../../src/datasets/stream-query.ts';

/** How often each number of different values is counted. */
const TIMES = 60;

void test('the standard error of a number of different values is about 2 %, and at most 3 %', async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = streamQuery({
    dimensions: [{ value: sql`f2` }],
    measures: [{ kind: 'unique', value: sql`f1` }],
    where: [],
  }).text;
  try {
    for (const different of [1, 10, 100, 1000, 3000, 10_000]) {
      // Each value comes twice, in another order.
      const result = await db.run(`WITH events AS (
          SELECT 'visitor ' || (i // 2 * 7919) AS f1, CAST(i // 2 % ${TIMES} AS VARCHAR) AS f2, '2026030100' AS stamp
          FROM range(${2 * different * TIMES}) AS r(i)
        ) SELECT CAST(m1 AS DOUBLE) FROM (${rows})`);
      const errors = (await result.getRows()).map(([made]) => (made as number) / different - 1);
      assert.equal(errors.length, TIMES);
      const standard = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / TIMES);
      assert.ok(standard <= 0.03, `${different} values: ${standard}`);
    }
  } finally {
    db.closeSync();
  }
});

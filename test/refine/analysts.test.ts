import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { viewOfViews } from '../../src/refine/view-sql.ts';
import { temporaryFolder } from '../load/files.ts';
import { manyViews, writeViews } from './view-table.ts';

/* The questions of docs/analysts.md to the table of page views, in DuckDB. test/engines asks them in Hive. */

const PAGE = readFileSync(fileURLToPath(new URL('../../../docs/analysts.md', import.meta.url)), 'utf8');
const QUERIES = [...PAGE.matchAll(/\n([^\n]+):\n\n```sql\n((?:(?!```)[^])*view_events(?:(?!```)[^])*)```/g)];

void test('each of the ten questions has an answer', async (t) => {
  assert.equal(QUERIES.length, 10);
  const lake = temporaryFolder(t);
  await writeViews(lake, manyViews(), '2026-11-24T00:00:00Z');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(viewOfViews(lake));
  for (const [, title = '', sql = ''] of QUERIES) {
    const result = await connection.runAndReadAll(sql.replaceAll('`', '"'));
    const rows = result.getRows();
    assert.ok(rows.length > 1, title);
    for (const row of rows) assert.ok(!row.includes(null), `${title}: ${row.join(' ')}`);
  }
  connection.closeSync();
});

void test('the view shows the live files only, also after a change', async (t) => {
  const lake = temporaryFolder(t);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const count = async (): Promise<unknown> =>
    (await connection.runAndReadAll('SELECT CAST(count(*) AS INTEGER) FROM view_events')).getRows()[0]?.[0];
  await writeViews(lake, manyViews(), '2026-11-24T00:00:00Z');
  await connection.run(viewOfViews(lake));
  assert.equal(await count(), 700);
  await writeViews(lake, manyViews().slice(1), '2026-11-24T00:00:00Z', 2);
  assert.equal(await count(), 699);
  connection.closeSync();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../src/core/engine-error.ts';
import { adoptViewStatements, viewHours } from '../../src/refine/hive/adopt-views.ts';
import { openViewReader } from '../../src/refine/view-reader.ts';
import { temporaryFolder } from '../load/files.ts';
import { writeViews } from './view-table.ts';

void test('Hive gets a partition for each hour with views, at the folder of its live file', async (t) => {
  const lake = temporaryFolder(t);
  const view = { dt: '2026-11-20T08:00:00.000Z', article: '/meadow' };
  await writeViews(lake, [view, { ...view, dt: '2026-11-21T23:00:00.000Z' }], '2026-11-22T00:00:00Z', 3);
  const hours = await viewHours(openViewReader(lake));
  const statements = [...adoptViewStatements({ hours, location: 'hdfs://nn/lake', database: 'kraken' })];
  const [database, table, added, ...moved] = statements;
  assert.match(database ?? '', /^CREATE DATABASE IF NOT EXISTS `kraken`/);
  assert.match(
    table ?? '',
    /^CREATE EXTERNAL TABLE IF NOT EXISTS `kraken`\.`view_events` \(\n {2}`project` STRING,/,
  );
  assert.match(table ?? '', /PARTITIONED BY \(`year` INT, `month` INT, `day` INT, `hour` INT\)/);
  assert.match(table ?? '', /LOCATION 'hdfs:\/\/nn\/lake\/refined\/view_events'$/);
  const at = "LOCATION 'hdfs://nn/lake/refined/view_events/year=2026/month=11/day=20/hour=8/version=3'";
  assert.ok(
    added?.includes(`PARTITION (\`year\` = 2026, \`month\` = 11, \`day\` = 20, \`hour\` = 8) ${at}`),
    added,
  );
  assert.equal(moved.length, 2);
  assert.ok(moved[0]?.endsWith(`SET ${at}`), moved[0]);
});

void test('a lake without views needs no statement, and one that Hive could not follow is refused', async (t) => {
  const lake = temporaryFolder(t);
  const none = { hours: await viewHours(openViewReader(lake)), location: 'file:///a b', database: 'kraken' };
  assert.deepEqual([...adoptViewStatements(none)], []);
  const hours = [{ year: 2026, month: 11, day: 20, hour: 8, folder: 'x' }];
  assert.throws(() => [...adoptViewStatements({ ...none, hours })], EngineError);
});

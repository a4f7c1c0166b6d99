import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fileWith, temporaryFolder } from '../load/files.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

function kraken(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { PATH = '' } = process.env;
  const options = { encoding: 'utf8', env: { PATH } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

/** A day's views of an article. */
function views(article: string, timestamp: string, number: number): string {
  return JSON.stringify({
    project: 'en.wikipedia',
    article,
    granularity: 'daily',
    timestamp,
    access: 'all-access',
    agent: 'user',
    views: number,
  });
}

void test('stats tells series, rows, cells and bytes of each grain, and the largest keys', (t) => {
  const data = temporaryFolder(t);
  const days = ['20231230', '20231231', '20240101', '20240103'];
  const rows = [...days.map((day) => views('Cat', day, 7)), views('Dog', '20240101', 1)];
  const file = fileWith(t, 'views.ndjson', rows.join('\n'));
  assert.equal(kraken('import', 'pageviews-per-article', file, '--data', data).status, 0);

  const { status, stdout, stderr } = kraken('stats', '--json', '--data', data);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  const { tables, largestKeys, storeFileBytes } = JSON.parse(stdout) as {
    tables: { table: string; grains: Record<string, unknown>[] }[];
    largestKeys: { key: string; bytes: number }[];
    storeFileBytes: number;
  };
  assert.deepEqual(
    tables.map(({ table }) => table),
    ['pageviews_per_article'],
  );
  const [daily = {}, monthly = {}] = tables[0]?.grains ?? [];
  const { lake, store, ...told } = daily as { lake: { bytes: number }; store: Record<string, number> };
  assert.deepEqual(told, {
    grain: 'daily',
    first: '2023-12-30',
    last: '2024-01-03',
    loadedPeriods: 4,
    missingPeriods: 1,
    rows: 5,
    series: 2,
  });
  assert.ok(lake.bytes > 0);
  // Cat has a key in each of two years, Dog in one; each has one month there.
  assert.deepEqual([store.keys, store.cells, store.rows], [3, 3, 5]);
  assert.equal(store.bytesPerRow, Math.round(((store.bytes ?? 0) / 5) * 100) / 100);
  // Months are only in the store, which sums them from days: two of Cat and one of Dog.
  assert.deepEqual([monthly.rows, (monthly.store as Record<string, number>).rows], [0, 3]);
  const sizes = largestKeys.map(({ bytes }) => bytes);
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
  assert.equal(largestKeys[0]?.key, 'en.wikipedia Cat M all-access user');
  assert.equal(storeFileBytes, statSync(join(data, 'series')).size);
});

void test('stats for people is a table; of one metric, and quick, without what must be read', (t) => {
  const data = temporaryFolder(t);
  const file = fileWith(t, 'views.ndjson', views('Cat', '20240101', 7));
  kraken('import', 'pageviews-per-article', file, '--data', data);
  const { stdout } = kraken('stats', '--data', data);
  assert.match(stdout, /^table +grain +from +to +missing +series +rows +cells +lake +store/);
  assert.match(stdout, /^pageviews_per_article +daily +2024-01-01 +2024-01-01 +0 +1 +1 +1 /m);
  assert.match(stdout, /^largest keys:\n.*pageviews_per_article: en\.wikipedia Cat /m);
  assert.match(kraken('stats', '--quick', '--data', data).stdout, /2024-01-01 +0 +\? +1 +\? /);
  assert.equal(kraken('stats', 'unique-devices', '--data', data).stdout, 'No table has rows.\n');
  assert.match(kraken('stats', 'unique-device', '--data', data).stderr, /did you mean unique-devices\?/);
});

void test('stats of a lake that was never published looks, and makes no store', (t) => {
  const data = temporaryFolder(t);
  const file = fileWith(t, 'views.ndjson', views('Cat', '20240101', 7));
  kraken('import', 'pageviews-per-article', file, '--data', data);
  const series = `lmdb:${join(data, 'no-series')}`;
  const { status, stdout } = kraken('stats', '--data', data, '--series', series);
  assert.equal(status, 0);
  assert.match(stdout, /^pageviews_per_article +daily .* \? /m);
  assert.equal(statSync(join(data, 'no-series'), { throwIfNoEntry: false }), undefined);
  const { status: none, stderr } = kraken('stats', '--data', join(data, 'elsewhere'));
  assert.equal(none, 2);
  assert.match(stderr, /nothing is loaded: there is no folder/);
});

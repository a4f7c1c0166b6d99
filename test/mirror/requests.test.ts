import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDateRange } from '../../src/load/selection.ts';
import { requestsOf } from '../../src/mirror/requests.ts';
import { METRICS } from '../../src/metrics/index.ts';
import type { Grain } from '../../src/core/time/time.ts';

function paths(name: string, grain: Grain, range: string, where: Record<string, string[]> = {}): string[] {
  const metric = METRICS.find((one) => one.name === name);
  assert.ok(metric);
  return requestsOf({ metric, grain, range: parseDateRange(range), where }).map(({ path }) => path);
}

void test('a series is asked for by each combination of values, a year of days at a time', () => {
  const where = { project: ['en.wikipedia'], article: ['Cat', 'AC/DC'], agent: ['user'] };
  assert.deepEqual(paths('pageviews-per-article', 'daily', '2023-12-30..2024-01-02', where), [
    '/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20231230/20231231',
    '/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101/20240102',
    '/pageviews/per-article/en.wikipedia/all-access/user/AC%2FDC/daily/20231230/20231231',
    '/pageviews/per-article/en.wikipedia/all-access/user/AC%2FDC/daily/20240101/20240102',
  ]);
});

void test('the end is read as the family of the metric reads it, and lists are asked for one by one', () => {
  const project = { project: ['de.wikipedia'] };
  assert.deepEqual(paths('edits-aggregate', 'monthly', '2024-01..2024-02', project), [
    '/edits/aggregate/de.wikipedia/all-editor-types/all-page-types/monthly/20240101/20240301',
  ]);
  assert.deepEqual(paths('legacy-pagecounts-aggregate', 'monthly', '2015', project), [
    '/legacy/pagecounts/aggregate/de.wikipedia/all-sites/monthly/2015010100/2015123123',
  ]);
  assert.deepEqual(paths('pageviews-top', 'daily', '2024-02-28..2024-03-01', project), [
    '/pageviews/top/de.wikipedia/all-access/2024/02/28',
    '/pageviews/top/de.wikipedia/all-access/2024/02/29',
    '/pageviews/top/de.wikipedia/all-access/2024/03/01',
  ]);
  assert.deepEqual(paths('pageviews-top', 'monthly', '2024-02', project), [
    '/pageviews/top/de.wikipedia/all-access/2024/02/all-days',
  ]);
});

void test('what is missing or wrong is named', () => {
  assert.throws(
    () => paths('pageviews-per-article', 'daily', '2024'),
    /needs --where project=VALUE, for instance/,
  );
  assert.throws(
    () => paths('unique-devices', 'daily', '2024', { projekt: ['x'] }),
    /has no dimension projekt; it has project/,
  );
  assert.throws(
    () => paths('unique-devices', 'daily', '2024', { project: ['en.wikipedia'], 'access-site': ['moon'] }),
    /access-site "moon"/,
  );
  assert.throws(
    () => paths('unique-devices', 'hourly', '2024', { project: ['en.wikipedia'] }),
    /has no hourly rows/,
  );
  assert.throws(
    () => paths('unique-devices', 'monthly', '2024-01-03', { project: ['en.wikipedia'] }),
    /too short/,
  );
});

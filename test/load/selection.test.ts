import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableState } from '../../src/core/time/table-state.ts';
import { conditionsOf, coveredDates, parseDateRange, removalsOf, spansOf } from '../../src/load/selection.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';

const held = { version: 1, removed: 0, rows: 1 };
const state: TableState = {
  version: 1,
  partitions: new Map([
    ['daily/2024-01', held],
    ['daily/2024-03', held],
    ['monthly/2023', held],
  ]),
  coverage: new Map([
    [
      'daily',
      new Map([
        ['en.wikipedia', []],
        ['de.wikipedia', []],
      ]),
    ],
  ]),
};

void test('a range of dates is read to the end of its last period', () => {
  const iso = (text: string): string[] => {
    const { from, until } = parseDateRange(text);
    return [from, until].map((ms) => new Date(ms).toISOString().slice(0, 13));
  };
  assert.deepEqual(iso('2024'), ['2024-01-01T00', '2025-01-01T00']);
  assert.deepEqual(iso('2024-02'), ['2024-02-01T00', '2024-03-01T00']);
  assert.deepEqual(iso('2024-02-29'), ['2024-02-29T00', '2024-03-01T00']);
  assert.deepEqual(iso('2024-02-29T05'), ['2024-02-29T05', '2024-02-29T06']);
  assert.deepEqual(iso('2023-12..2024-02-29'), ['2023-12-01T00', '2024-03-01T00']);
  assert.deepEqual(iso('20240229..2024022905'), ['2024-02-29T00', '2024-02-29T06']);
  for (const text of ['', '2024-13', '2023-02-29', '2024..', '2024..2023', '2024..2025..2026', 'yesterday']) {
    assert.throws(() => parseDateRange(text), { name: 'SelectionError' }, text);
  }
});

void test('only periods that lie wholly in the range are selected, and only as far as there are any', () => {
  assert.deepEqual(spansOf(pageviewsPerArticle, {}, state), [
    { grain: 'daily', first: 19723, last: 19813 },
    { grain: 'monthly', first: 636, last: 647 },
  ]);
  const range = parseDateRange('2023-12-02..2024-01-02');
  assert.deepEqual(spansOf(pageviewsPerArticle, { range }, state), [
    { grain: 'daily', first: 19723, last: 19724 },
  ]);
  assert.throws(() => spansOf(pageviewsPerArticle, { grain: 'hourly' }, state), {
    message: 'pageviews-per-article has no hourly rows; it has daily, monthly',
  });
});

void test('the values of a condition are normalised, and a dimension that does not exist is refused', () => {
  const where = { project: ['EN.wikipedia.org'], 'access-site': ['all-sites'] };
  assert.deepEqual(conditionsOf(uniqueDevices, { where }), [
    { column: 'project', values: ['en.wikipedia'] },
    { column: 'access_site', values: ['all-sites'] },
  ]);
  assert.throws(() => conditionsOf(uniqueDevices, { where: { agent: ['user'] } }), {
    message: 'unique-devices has no dimension agent; it has project, access-site',
  });
  assert.throws(() => conditionsOf(uniqueDevices, { where: { 'access-site': ['x'] } }), {
    name: 'SelectionError',
  });
});

void test('coverage goes with whole scopes, and stays where single series are taken out', () => {
  const scopes = (where: Record<string, string[]>): unknown =>
    removalsOf(pageviewsPerArticle, { grain: 'daily', where }, state).map((removal) => removal.scopes);
  assert.deepEqual(scopes({}), [undefined]);
  assert.deepEqual(scopes({ project: ['de.wikipedia', 'fr.wikipedia'] }), [['de.wikipedia']]);
  assert.deepEqual(scopes({ project: ['de.wikipedia'], article: ['Katze'] }), [[]]);
});

void test('of what is still to come no file holds everything', () => {
  const now = Date.UTC(2024, 2, 15, 12);
  assert.deepEqual(coveredDates('2024-02', now), parseDateRange('2024-02'));
  assert.deepEqual(coveredDates('2024-03-01..2024-03-14', now), parseDateRange('2024-03-01..2024-03-14'));
  for (const text of ['2024-03', '2024-03-15', '2030'])
    assert.throws(() => coveredDates(text, now), { name: 'SelectionError', message: /isn't over/ }, text);
});

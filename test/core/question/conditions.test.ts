import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text } from '../../../src/core/metric/dimension.ts';
import { defineMetric } from '../../../src/core/metric/metric.ts';
import { count } from '../../../src/core/metric/measure.ts';
import { readQuery } from '../../../src/core/question/query-text.ts';
import { askedOf, scopesOf } from '../../../src/core/question/conditions.ts';
import { EMPTY_STATE, scopeKey, type TableState } from '../../../src/core/time/table-state.ts';

const free = <Name extends string>(name: Name) => text(name, name, { example: 'a', allowed: 'any text' });

/** As a data set has it: data comes in by each dimension. */
const sales = defineMetric({
  name: 'test-sales',
  title: 'Sales',
  doc: 'Sales',
  source: 'a test',
  path: '/sales/{country}/{shop}/{article}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'warehouse',
  dimensions: [free('country'), free('shop'), free('article')],
  measures: { sales: count('sales', 'Sales') },
  grains: { daily: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDD',
  scope: ['country', 'shop', 'article'],
  examples: [],
});

const loaded = [{ first: 0, last: 9, complete: false }];
const state = (...scopes: readonly string[][]): TableState => ({
  ...EMPTY_STATE,
  coverage: new Map([['daily', new Map(scopes.map((values) => [scopeKey(values), loaded]))]]),
});
const scopes = (where: object, of: TableState): string[] => {
  const asked = askedOf(
    sales,
    readQuery({ metric: 'test-sales', range: '2024', where }, () => []),
  );
  return scopesOf(sales, asked, of, 'daily').map(({ values }) => values.join('/'));
};

void test('a question touches those of its scopes that are loaded', () => {
  const few = state(['a', 'x', '1'], ['a', 'y', '1'], ['b', 'x', '2']);
  assert.deepEqual(scopes({ country: 'a', shop: 'y', article: '1' }, few), ['a/y/1']);
  assert.deepEqual(scopes({ country: 'b', shop: 'y', article: '1' }, few), []);
  assert.deepEqual(scopes({ country: ['a', 'b'], shop: 'x', article: ['1', '2'] }, few), ['a/x/1', 'b/x/2']);
  assert.deepEqual(scopes({ country: 'a' }, few), ['a/x/1', 'a/y/1']);
});

void test('values with 10⁹ combinations are looked up among the loaded scopes', () => {
  const values = Array.from({ length: 1000 }, (_, i) => `v${i}`);
  const where = { country: values, shop: values, article: values };
  assert.deepEqual(scopes(where, state(['v1', 'v2', 'v3'], ['v1', 'v2', 'other'])), ['v1/v2/v3']);
});

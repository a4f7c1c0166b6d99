import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Metric } from '../../../src/core/metric/metric.ts';
import { titleInWords } from '../../../src/formats/chart/title.ts';
import { listInWords, numberInWords } from '../../../src/formats/chart/words.ts';
import { METRICS } from '../../../src/metrics/index.ts';

const metric = (name: string): Metric => METRICS.find((one) => one.name === name) as Metric;

void test('a title says the metric and what is asked', () => {
  assert.equal(
    titleInWords(metric('pageviews-per-article'), [
      ['en.wikipedia'],
      ['all-access'],
      ['user'],
      ['Cat', 'Dog'],
    ]),
    'Pageviews of Cat and Dog, en.wikipedia, all-access, user',
  );
  assert.equal(
    titleInWords(metric('unique-devices'), [['de.wikipedia', 'fr.wikipedia'], ['all-sites']]),
    'Unique devices of de.wikipedia and fr.wikipedia, all-sites',
  );
  assert.equal(
    titleInWords(metric('pageviews-per-article'), [['en.wikipedia'], ['desktop'], ['user'], ['A_(film)|B']]),
    'Pageviews of A (film) + B, en.wikipedia, desktop, user',
  );
});

void test('every metric has a title in which each value stands once', () => {
  for (const one of METRICS) {
    const values = one.dimensions.map((_, i) => [`value${i}`]);
    const title = titleInWords(one, values);
    for (const [value] of values) assert.equal(title.split(value as string).length, 2, title);
  }
});

void test('long lists say how many more there are; numbers are whole', () => {
  assert.equal(listInWords(['a', 'b', 'c']), 'a, b and c');
  assert.equal(listInWords(['a', 'b', 'c', 'd', 'e']), 'a, b, c and 2 more');
  assert.deepEqual([0, 999, 1234567, -45678, 2 ** 53 - 1, 0.5123456, 1234.5].map(numberInWords), [
    '0',
    '999',
    '1,234,567',
    '−45,678',
    '9,007,199,254,740,991',
    '0.5123',
    '1,234.5',
  ]);
});

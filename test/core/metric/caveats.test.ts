import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caveatsOf } from '../../../src/core/metric/caveats.ts';
import { text } from '../../../src/core/metric/dimension.ts';
import { defineMetric } from '../../../src/core/metric/metric.ts';
import { count, distinct } from '../../../src/core/metric/measure.ts';

const place = text('place', 'Where.', {
  example: 'hall',
  allowed: 'a place',
  withheld: new Set(['attic', 'cellar']),
});
const base = {
  name: 'visits',
  title: 'Visits',
  doc: 'How often somebody came.',
  source: 'these tests',
  path: '/visits/{place}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'warehouse',
  dimensions: [place],
  grains: { daily: 'stored', monthly: 'stored or summed' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDD',
  scope: [],
  examples: [],
} as const;

void test('declared caveats come first, then those that follow from the declaration', () => {
  const metric = defineMetric({
    ...base,
    caveats: ['Doors were not watched at night.'],
    measures: { visits: count('visits', 'Visits.', { roundUpTo: 10, least: 5 }) },
  });
  const [first, ...others] = caveatsOf(metric);
  assert.equal(first, 'Doors were not watched at night.');
  const all = others.join('\n');
  for (const words of [
    /`visits` is rounded up to a multiple of 10/,
    /fewer than 5 visits in `visits`, before rounding, are not published/,
    /`place` is one of attic, cellar/,
    /month that wasn’t loaded itself is the sum/,
    /Weeks are sums of seven days and years are sums of twelve months/,
  ])
    assert.match(all, words);
  assert.doesNotMatch(all, /add up/);
});

void test('a measure that can’t be added up has a caveat, and none about weeks', () => {
  const caveats = caveatsOf(
    defineMetric({
      ...base,
      grains: { daily: 'stored' },
      measures: { people: distinct('people', 'People.') },
    }),
  );
  assert.match(caveats.join('\n'), /`people` can’t be added up/);
  assert.doesNotMatch(caveats.join('\n'), /[Ww]eeks|rounded/);
});

void test('a list has caveats about its length and about entries without a name', () => {
  const guest = text('guest', 'Who.', { example: 'Ann', allowed: 'a name', nullable: true });
  const metric = defineMetric({
    ...base,
    path: '/visits/top/{place}/{year}/{month}',
    shape: {
      kind: 'top',
      list: 'guests',
      entry: [guest],
      rankBy: 'visits',
      limit: 7,
      fields: ['guest', 'visits', 'rank'],
    },
    home: 'series',
    key: { row: ['place'], column: [] },
    grains: { monthly: 'stored' },
    measures: { visits: count('visits', 'Visits.') },
  });
  assert.match(caveatsOf(metric).join('\n'), /`guest` is null[\s\S]*has at most 7 entries/);
});

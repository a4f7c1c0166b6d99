import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFrameOf } from '../../../src/api/grafana/frames.ts';
import { pageviewsTop } from '../../../src/metrics/pageviews-top.ts';

void test('a table of lists says which of them there are none of', () => {
  const target = {
    refId: 'A',
    metric: pageviewsTop,
    where: {},
    otherwise: [],
    granularity: undefined,
    measures: ['views'],
    label: undefined,
    show: 'numbers' as const,
  };
  const [there, missing] = [
    ['en.wikipedia', 'all-access'],
    ['zz.wikipedia', 'all-access'],
  ] as const;
  const entries = { length: 1, dimensions: [['Cat']], ranks: [1], measures: [[9]] };
  const answer = {
    kind: 'top',
    metric: pageviewsTop,
    grain: 'daily',
    ordinal: 0,
    lists: [{ values: there, entries }],
    noRows: [],
  } as const;
  const table = tableFrameOf(target, answer, [there, missing]);
  assert.equal(table.rows.length, 1);
  assert.deepEqual(table.meta?.notices, [
    { severity: 'info', text: 'These have no rows in the times of the panel: zz.wikipedia all-access.' },
  ]);
  assert.equal(tableFrameOf(target, answer, [there]).meta, undefined);
});

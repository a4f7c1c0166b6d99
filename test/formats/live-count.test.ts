import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveCount } from '../../src/formats/chart/live-count.ts';
import { liveInWords, soFar } from '../../src/formats/chart/live-words.ts';
import { sparkPath } from '../../src/formats/chart/sparkline.ts';
import { ordinalAt } from '../../src/core/time/time.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const hour = ordinalAt('hourly', NOON);

void test('a counter shows the period under way, with zero for periods without a row', () => {
  const rows = new Map([
    [hour - 3, 4],
    [hour - 1, 2],
    [hour, 7],
  ]);
  assert.deepEqual(liveCount('hourly', rows, NOON + 1), { ordinal: hour, value: 7, values: [4, 0, 2, 7] });
  // The next hour began, and nobody has come yet.
  assert.deepEqual(liveCount('hourly', rows, NOON + 3_600_000)?.value, 0);
  // Nothing is counted: the newest number that is known.
  assert.deepEqual(liveCount('hourly', rows, undefined)?.value, 7);
  assert.equal(liveCount('hourly', new Map(), undefined), undefined);
  assert.deepEqual(liveCount('hourly', new Map(), NOON)?.values, [0]);
});

void test('the period and the state are said in words', () => {
  assert.equal(soFar('hourly', hour), 'since 12:00 UTC');
  assert.equal(soFar('daily', ordinalAt('daily', NOON)), 'on 29 November 2026, so far');
  assert.equal(soFar('monthly', ordinalAt('monthly', NOON)), 'in November 2026, so far');
  assert.equal(liveInWords('live', NOON), 'Live: counted up to 12:00:00 UTC.');
  assert.match(liveInWords('still', NOON), /stands still since 12:00:00 UTC/);
  assert.match(liveInWords('cut', NOON), /cut.*of 12:00:00 UTC/);
  for (const state of ['live', 'still', 'cut', 'once'] as const)
    assert.match(liveInWords(state, undefined), /^[A-Z].*\.$/);
});

void test('a sparkline goes from zero to the highest number, and a gap interrupts it', () => {
  assert.equal(sparkPath([0, 2, 1]), 'M2 26L60 2L118 14');
  assert.equal(sparkPath([1, null, 1, 1]), 'M2 2h0M79.3 2L118 2');
  assert.equal(sparkPath([0, 0]), 'M2 26L118 26');
  assert.equal(sparkPath([5]), '');
});

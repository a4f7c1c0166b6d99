import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Minute } from '../../src/now/minute.ts';

const totals = (...pairs: (readonly [number, number])[]) => new Map(pairs);

void test('what is new since the look before is of the seconds between', () => {
  const minute = new Minute();
  minute.take(10_000, totals([1, 100]));
  assert.deepEqual(minute.seconds, []);
  minute.take(11_000, totals([1, 103]));
  minute.take(13_000, totals([1, 107]));
  minute.take(14_000, totals([1, 107]));
  assert.deepEqual(minute.seconds, [3, 2, 2, 0]);
});

void test('an hour that begins begins at nothing, and one that shrinks or is gone takes nothing away', () => {
  const minute = new Minute();
  minute.take(1_000, totals([1, 100], [2, 5]));
  minute.take(2_000, totals([2, 6], [3, 4]));
  assert.deepEqual(minute.seconds, [5]);
  minute.take(3_000, totals([2, 2], [3, 4]));
  assert.deepEqual(minute.seconds, [5, 0]);
});

void test('several looks in a second are added up, and a minute is kept', () => {
  const minute = new Minute();
  minute.take(1_000, totals([1, 0]));
  minute.take(2_100, totals([1, 1]));
  minute.take(2_600, totals([1, 3]));
  assert.deepEqual(minute.seconds, [3]);
  // A look at the same moment says nothing.
  minute.take(2_600, totals([1, 9]));
  for (let second = 3; second < 100; second++) minute.take(second * 1000, totals([1, second + 1]));
  assert.equal(minute.seconds.length, 60);
  assert.deepEqual([...new Set(minute.seconds)], [1]);
});

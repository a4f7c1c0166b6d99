import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linearScale, logScale, shortNumber } from '../../../src/formats/chart/scale.ts';

const numbers = fc.array(
  fc.oneof(
    fc.integer({ min: -1_000_000, max: 2 ** 53 - 1 }),
    fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  ),
  { minLength: 1, maxLength: 20 },
);

void test('a linear scale has a few ticks, holds every number, and steps by 1, 2 or 5', () => {
  fc.assert(
    fc.property(numbers, fc.boolean(), (values, zero) => {
      const { ticks, place } = linearScale(values, zero);
      assert.ok(ticks.length >= 2 && ticks.length <= 8, ticks.join());
      for (const value of values) {
        const at = place(value) as number;
        assert.ok(at >= -1e-6 && at <= 1 + 1e-6, `${value} at ${at}`);
      }
      const step = (ticks[1] as number) - (ticks[0] as number);
      assert.match(step.toExponential(1), /^[125]\.0e/);
      if (zero) assert.ok(ticks.includes(0));
    }),
  );
});

void test('an axis of counts begins at zero, even if all are equal or there are none', () => {
  assert.deepEqual(linearScale([], true).ticks, [0, 1]);
  assert.deepEqual(linearScale([0, 0], true).ticks, [0, 1]);
  assert.deepEqual(linearScale([2, 1], true).ticks, [0, 1, 2]);
  assert.deepEqual(linearScale([930, 1000], true).ticks, [0, 200, 400, 600, 800, 1000]);
  assert.deepEqual(linearScale([-30, 50], true).ticks, [-40, -20, 0, 20, 40, 60]);
});

void test('numbers that are not counts need no zero', () => {
  assert.deepEqual(linearScale([0.51, 0.54], false).ticks, [0.51, 0.52, 0.53, 0.54]);
});

void test('a logarithmic scale has powers of ten, and no place for zero or less', () => {
  const { ticks, place } = logScale([3, 70_000]);
  assert.deepEqual(ticks, [1, 10, 100, 1000, 10_000, 100_000]);
  assert.deepEqual([place(0), place(-5)], [undefined, undefined]);
  assert.equal(place(1), 0);
  assert.equal(place(100_000), 1);
  assert.deepEqual(logScale([]).ticks, [1, 2, 5, 10]);
  assert.ok(logScale([1, 1e15]).ticks.length <= 8);
});

void test('numbers on axes are short', () => {
  assert.deepEqual([0, 950, 1000, 1500, 35_000_000, 1.2e9, -2500, 2e12, 0.25].map(shortNumber), [
    '0',
    '950',
    '1K',
    '1.5K',
    '35M',
    '1.2B',
    '−2.5K',
    '2T',
    '0.25',
  ]);
});

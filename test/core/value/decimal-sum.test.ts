import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sumOfDecimals } from '../../../src/core/value/decimal-sum.ts';

void test('decimals add up to what their digits do', () => {
  assert.equal(sumOfDecimals([0.1, 0.2]), 0.3);
  assert.equal(sumOfDecimals([1e-7, 2e-7]), 3e-7);
  assert.equal(sumOfDecimals([123456789012.25, 0.1, -0.3]), 123456789012.05);
  assert.equal(sumOfDecimals([]), 0);
  assert.equal(sumOfDecimals([1 / 3]), 1 / 3);
  assert.equal(sumOfDecimals([2 ** 53 - 2, 1]), 2 ** 53 - 1);
  assert.ok(Number.isNaN(sumOfDecimals([1, NaN])), 'what is unknown stays unknown');
});

void test('and in whatever order', () => {
  const cents = fc.integer({ min: -1e12, max: 1e12 }).map((whole) => ({ whole, number: whole / 100 }));
  fc.assert(
    fc.property(fc.array(cents, { maxLength: 50 }), (all) => {
      const exact = all.reduce((sum, { whole }) => sum + BigInt(whole), 0n);
      assert.equal(sumOfDecimals(all.map(({ number }) => number)), Number(`${exact}e-2`) + 0);
    }),
  );
});

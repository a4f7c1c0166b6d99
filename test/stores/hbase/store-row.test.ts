import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../src/core/engine-error.ts';
import { snapshotOf } from '../../../src/stores/hbase/store-row.ts';

const DAMAGED = { format: '1', revision: '3', 'state:unique_devices': '{"version":' };

void test('a store that nobody wrote to holds nothing', () => {
  assert.equal(snapshotOf({}).tables.size, 0);
});

void test('a later format, and damage, are errors of the engine', () => {
  const isTold = (words: RegExp) => (error: unknown) =>
    error instanceof EngineError && words.test(error.message);
  assert.throws(() => snapshotOf({ ...DAMAGED, format: '99' }), isTold(/a newer Kraken wrote it/));
  assert.throws(() => snapshotOf(DAMAGED), isTold(/damaged/));
  assert.throws(() => snapshotOf({ ...DAMAGED, 'state:unique_devices': '[]' }), isTold(/damaged/));
});

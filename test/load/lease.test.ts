import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withLease } from '../../src/load/lease.ts';
import { newEngines, SIGNAL } from './engines.ts';

void test('the holder of the lease is reported to an import that waits, and only then', async (t) => {
  const { warehouse } = await newEngines(t);
  const told: string[] = [];
  const writer = {
    warehouse,
    store: undefined,
    holder: 'the second',
    waitMs: 20_000,
    signal: SIGNAL,
    onWait: (holder: string) => void told.push(holder),
  };
  await withLease(writer, async () => undefined);
  assert.equal(told.length, 0);
  const first = await warehouse.lease('the first', SIGNAL);
  const onWait = (holder: string): void => {
    told.push(holder);
    void first.release();
  };
  const waiting = withLease({ ...writer, onWait }, async () => 'done');
  assert.equal(await waiting, 'done');
  assert.deepEqual(told, ['the first']);
});

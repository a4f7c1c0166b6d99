import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoaderLeaseError } from '../../src/raw/raw-lease.ts';
import { openRefiner } from '../../src/refine/open-refiner.ts';
import { TestLake } from './lake.ts';

const NOON = Date.UTC(2026, 10, 29, 12);

void test('one process refines at a time, and a second one says who does', async () => {
  const lake = await TestLake.make(NOON);
  try {
    await lake.requests({ dt: '2026-11-29T11:20:30.000Z', uri_path: '/' });
    await lake.load();
    const options = { lake: lake.lake, rules: lake.rules, clock: { now: () => NOON } };
    const first = await openRefiner({
      ...options,
      holder: 'the first',
      signal: new AbortController().signal,
    });
    await assert.rejects(
      openRefiner({ ...options, holder: 'the second', signal: AbortSignal.timeout(300) }),
      (error) =>
        error instanceof LoaderLeaseError && /another process refines: the first/.test(error.message),
    );
    const waiting = openRefiner({ ...options, holder: 'the second', signal: AbortSignal.timeout(10_000) });
    await first.close();
    const second = await waiting;
    const { done } = await second.refiner.run({
      again: false,
      ignoresLoss: false,
      signal: new AbortController().signal,
    });
    assert.equal(done.length, 1);
    await second.close();
  } finally {
    await lake.close();
  }
});

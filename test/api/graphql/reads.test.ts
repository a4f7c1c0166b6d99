import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { Reads } from '../../../src/api/graphql/reads.ts';

void test('reads end when the client goes away', async () => {
  const gone = new AbortController();
  const reads = new Reads(gone.signal);
  const read = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const both = Promise.allSettled([reads.run(read), reads.run(read)]);
  gone.abort(new Error('gone'));
  assert.deepEqual(
    (await both).map((one) => one.status === 'rejected' && (one.reason as Error).message),
    ['gone', 'gone'],
  );
  await assert.rejects(reads.run(read), /gone/);
});

void test('a request leaves nothing behind on its connection', async () => {
  const gone = new AbortController();
  for (let request = 0; request < 3; request++) {
    const reads = new Reads(gone.signal);
    await Promise.all([1, 2, 3].map((n) => reads.run(() => Promise.resolve(n))));
    await assert.rejects(
      reads.run(() => Promise.reject(new Error('failed'))),
      /failed/,
    );
  }
  assert.equal(getEventListeners(gone.signal, 'abort').length, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { abortable, patienceOf, untilAborted } from '../../src/core/abort.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

void test('patience ends in time, also where nobody listens and memory is cleared meanwhile', async () => {
  const { signal } = new AbortController();
  // As a lease does: followed by another signal, and only looked at now and then.
  const followed = AbortSignal.any([patienceOf(signal, 100).signal, new AbortController().signal]);
  for (let i = 0; i < 20 && !followed.aborted; i++) {
    collectGarbage();
    await sleep(20);
  }
  assert.equal((followed.reason as Error | undefined)?.name, 'TimeoutError');
});

void test('patience ends with the signal of who asks, at once and with its reason', () => {
  const controller = new AbortController();
  const patience = patienceOf(controller.signal, 60_000);
  const reason = new Error('enough');
  controller.abort(reason);
  assert.equal(patience.signal.reason, reason);
  patience.end();
  const late = patienceOf(controller.signal, 60_000);
  assert.equal(late.signal.reason, reason);
  late.end();
});

void test('a promise that fails after its asker went away does not end the process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const controller = new AbortController();
    const reason = new Error('gone');
    // The asker goes away while the source is asked for more, and what it asked for fails later.
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          controller.abort(reason);
          await sleep(5);
          throw new Error('the source failed');
        },
      }),
    };
    await assert.rejects(async () => {
      for await (const _ of untilAborted(source, controller.signal));
    }, reason);
    const late = Promise.reject(new Error('already failed'));
    await assert.rejects(abortable(late, controller.signal), reason);
    await sleep(20);
    assert.deepEqual(unhandled, []);
  } finally {
    process.off('unhandledRejection', note);
  }
});

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Turns } from '../../src/core/turns.ts';
import { Guard } from '../../src/read/guard.ts';
import { abortable, onAbort, timeLimitOf, untilAborted } from '../../src/core/abort.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

void test('a time limit ends in time, even if nobody listens and garbage is collected', async () => {
  const { signal } = new AbortController();
  // As a lease does: followed by another signal, and only looked at now and then.
  const followed = AbortSignal.any([timeLimitOf(signal, 100).signal, new AbortController().signal]);
  for (let i = 0; i < 20 && !followed.aborted; i++) {
    collectGarbage();
    await sleep(20);
  }
  assert.equal((followed.reason as Error | undefined)?.name, 'TimeoutError');
});

void test('a time limit ends at once with the caller’s signal, and has its reason', () => {
  const controller = new AbortController();
  const patience = timeLimitOf(controller.signal, 60_000);
  const reason = new Error('enough');
  controller.abort(reason);
  assert.equal(patience.signal.reason, reason);
  patience.end();
  const late = timeLimitOf(controller.signal, 60_000);
  assert.equal(late.signal.reason, reason);
  late.end();
});

void test('a promise that fails after its caller went away does not end the process', async () => {
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

void test('a signal has one listener, however many calls follow it, and none after them', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = (): number => getEventListeners(signal, 'abort').length;
  const turns = new Turns(1);
  await turns.take(signal);
  const guard = new Guard('test', 60_000, { countsDeadlines: true });
  const never = new Promise<never>(() => undefined);
  const patience = timeLimitOf(signal, 60_000);
  let told = 0;
  const stop = onAbort(signal, () => told++);
  const twice = onAbort(signal, () => told++);
  const waiting = Array.from({ length: 20 }, () => [
    abortable(never, signal),
    turns.take(signal),
    guard.run(() => never, signal),
  ]).flat();
  assert.equal(listeners(), 1);
  stop();
  stop();
  controller.abort(new Error('enough'));
  for (const one of waiting) await assert.rejects(one, /enough/);
  assert.equal(told, 1);
  assert.equal(patience.signal.aborted, true);
  patience.end();
  twice();

  const other = new AbortController();
  await Promise.all(Array.from({ length: 20 }, () => abortable(sleep(1), other.signal)));
  assert.equal(getEventListeners(other.signal, 'abort').length, 0);
  await abortable(sleep(1), other.signal);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { abortable, patienceOf } from '../../src/core/abort.ts';

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

void test('what fails once nobody waits for it any more is no failure of the process', async () => {
  const controller = new AbortController();
  const fail = async (): Promise<void> => {
    await sleep(1);
    throw new Error('too late');
  };
  controller.abort(new Error('enough'));
  await assert.rejects(abortable(fail(), controller.signal), { message: 'enough' });
  // An unhandled rejection would fail this test.
  await sleep(20);
});

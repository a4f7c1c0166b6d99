import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Turns } from '../../src/core/turns.ts';

const { signal } = new AbortController();

void test('turns are limited, and given in the order of asking', async () => {
  const turns = new Turns(2);
  const began: number[] = [];
  const askers = [0, 1, 2, 3].map(async (i) => {
    await turns.take(signal);
    began.push(i);
  });
  await turn();
  assert.deepEqual(began, [0, 1]);
  turns.give();
  turns.give();
  await Promise.all(askers);
  assert.deepEqual(began, [0, 1, 2, 3]);
});

void test('a caller that goes away while waiting leaves its place to the next', async () => {
  const turns = new Turns(1);
  await turns.take(signal);
  const leaving = new AbortController();
  const gone = turns.take(leaving.signal);
  const next = turns.take(signal);
  leaving.abort(new Error('gone'));
  await assert.rejects(gone, /gone/);
  turns.give();
  await next;
});

void test('a source keeps its turn until it ends, fails or is left early', async () => {
  const turns = new Turns(1);
  const numbers = async function* () {
    yield 1;
    throw new Error('failed');
  };
  await assert.rejects(async () => {
    for await (const _ of turns.during(signal, numbers));
  }, /failed/);
  for await (const _ of turns.during(signal, numbers)) break;
  await turns.take(signal);
});

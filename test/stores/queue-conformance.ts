import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../src/core/engine-error.ts';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import type { Cell, Publication } from '../../src/stores/series-store.ts';
import { batches, cell, get, key, put, signal, TABLE } from './cells.ts';
import { HeldSource } from '../support/held-source.ts';
import type { OpenedStore } from './publication-conformance.ts';

/** Time in which an engine that doesn't wait would have gone on. */
const A_WHILE_MS = 50;

function publication(cells: AsyncIterable<readonly Cell[]>, version = 1): Publication {
  return { table: TABLE, clear: [], cells, state: { ...EMPTY_STATE, version } };
}

/** What every series store must do with several publications, with those that are aborted, and at its end. */
export function queueConformance(given: () => OpenedStore): void {
  it('takes publications that are asked for at once one after the other, each on top of those before', async () => {
    const { store } = given();
    await put(store, [cell('a\0D2024', '03', 'old')]);
    const slow = new HeldSource([cell('b\0D2024', '03', 'first'), cell('c\0D2024', '04', 'first')]);
    let begun = false;
    async function* clearing(): AsyncGenerator<readonly Cell[]> {
      begun = true;
      yield [cell('d\0D2024', '03', 'second')];
    }
    const first = store.publish(publication(slow, 2), signal);
    const clear = [{ row: 'D2024', column: '03' }];
    const second = store.publish({ ...publication(clearing(), 3), clear }, signal);
    const third = Promise.all([1, 2, 3].map((n) => put(store, [cell('e', `${n}`, `${n}`)], n, `table_${n}`)));
    await slow.hangs;
    await sleep(A_WHILE_MS);
    assert.equal(begun, false, 'the second waits for its turn');
    slow.release();
    await Promise.all([first, second, third]);
    const keys = ['a\0D2024', 'b\0D2024', 'd\0D2024'].map((row) => key(row, '03'));
    assert.deepEqual(await get(store, [...keys, key('c\0D2024', '04')]), [
      undefined,
      undefined,
      'second',
      'first',
    ]);
    const { tables } = await store.states(signal);
    assert.equal(tables.get(TABLE)?.version, 3);
    assert.equal(tables.size, 4);
  });

  it('goes on with the next publication when one fails or is aborted', async () => {
    const { store } = given();
    const controller = new AbortController();
    const held = new HeldSource([cell('a', '1', 'never')]);
    async function* failing(): AsyncGenerator<readonly Cell[]> {
      yield [cell('b', '1', 'never')];
      throw new Error('the file ended too early');
    }
    const outcomes = Promise.allSettled([
      store.publish(publication(held, 1), controller.signal),
      store.publish(publication(failing(), 2), signal),
      put(store, [cell('c', '1', 'there')], 3),
    ]);
    await held.hangs;
    controller.abort();
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(
      await get(
        store,
        ['a', 'b', 'c'].map((row) => key(row, '1')),
      ),
      [undefined, undefined, 'there'],
    );
  });

  it("rejects with the signal's reason when it is aborted before the call", async () => {
    const { store } = given();
    const reason = new Error('nobody waits any more');
    const aborted = AbortSignal.abort(reason);
    const held = new HeldSource<readonly Cell[]>([]);
    await assert.rejects(store.states(aborted), reason);
    await assert.rejects(store.read(TABLE, [key('a', '1')], aborted), reason);
    await assert.rejects(store.publish(publication(held), aborted), reason);
    assert.equal(held.asked, 0);
    assert.equal((await store.states(signal)).tables.size, 0);
  });

  it('is aborted while the source hangs, tells the source of the end, and keeps nothing', async () => {
    const { store } = given();
    await put(store, [cell('a', '1', 'old'), cell('b\0D2024', '03', 'old')]);
    const before = await store.states(signal);
    const controller = new AbortController();
    const held = new HeldSource([cell('a', '1', 'new'), cell('a', '2', 'new')]);
    const clear = [{ row: 'D2024', column: '03' }];
    const publishing = store.publish({ ...publication(held, 2), clear }, controller.signal);
    await held.hangs;
    const reason = new Error('nobody waits any more');
    controller.abort(reason);
    await assert.rejects(publishing, reason);
    assert.deepEqual([held.asked, held.ended], [2, 1]);
    assert.deepEqual(await store.states(signal), before);
    const keys = [key('a', '1'), key('a', '2'), key('b\0D2024', '03')];
    assert.deepEqual(await get(store, keys), ['old', undefined, 'old']);
    held.release();
    await put(store, [], 3);
    assert.deepEqual(await get(store, keys), ['old', undefined, 'old'], 'and not with the next one either');
  });

  it('is aborted between two batches, and tells the source of the end', async () => {
    const { store } = given();
    const controller = new AbortController();
    const reason = new Error('nobody waits any more');
    let count = 0;
    let ended = false;
    async function* endless(): AsyncGenerator<readonly Cell[]> {
      try {
        for (;;) {
          yield [cell('a', `${count++}`, 'new')];
          if (count === 3) controller.abort(reason);
        }
      } finally {
        ended = true;
      }
    }
    await assert.rejects(store.publish(publication(endless()), controller.signal), reason);
    await sleep(0);
    assert.ok(ended, 'the source was told');
    assert.ok(count <= 4, `it gave ${count} batches`);
    assert.deepEqual(await get(store, [key('a', '0'), key('a', '2')]), [undefined, undefined]);
  });

  it('is aborted while it waits for its turn, before its source is begun', async () => {
    const { store } = given();
    const slow = new HeldSource([cell('a', '1', 'first')]);
    const first = store.publish(publication(slow, 1), signal);
    const controller = new AbortController();
    const waiting = new HeldSource([cell('a', '1', 'second')]);
    const second = store.publish(publication(waiting, 2), controller.signal);
    const third = put(store, [cell('a', '2', 'third')], 3);
    await slow.hangs;
    const reason = new Error('nobody waits any more');
    controller.abort(reason);
    await assert.rejects(second, reason);
    slow.release();
    await Promise.all([first, third]);
    assert.equal(waiting.asked, 0);
    assert.deepEqual(await get(store, [key('a', '1'), key('a', '2')]), ['first', 'third']);
  });

  it('closes once the publications that were asked for are over, and refuses all others at once', async () => {
    const { store, reopen } = given();
    const held = new HeldSource([cell('a', '1', 'first')]);
    const over: string[] = [];
    const first = store.publish(publication(held, 1), signal).then(() => over.push('first'));
    const second = put(store, [cell('a', '2', 'second')], 2).then(() => over.push('second'));
    await held.hangs;
    const closes = [store.close(), store.close()].map((close) => close.then(() => over.push('closed')));
    const late = new HeldSource<readonly Cell[]>([]);
    await assert.rejects(store.publish(publication(late, 3), signal), EngineError);
    await assert.rejects(store.states(signal), EngineError);
    await assert.rejects(get(store, [key('a', '1')]), EngineError);
    await sleep(A_WHILE_MS);
    assert.deepEqual(over, []);
    held.release();
    await Promise.all([first, second, ...closes]);
    assert.deepEqual(over, ['first', 'second', 'closed', 'closed']);
    assert.equal(late.asked, 0);
    const reopened = await reopen();
    assert.deepEqual(await get(reopened, [key('a', '1'), key('a', '2')]), ['first', 'second']);
    assert.equal((await reopened.states(signal)).tables.get(TABLE)?.version, 2);
  });

  it('closes as soon as a publication that hangs is aborted', async () => {
    const { store, reopen } = given();
    await put(store, [cell('a', '1', 'old')]);
    const controller = new AbortController();
    const held = new HeldSource([cell('a', '1', 'new')]);
    const publishing = assert.rejects(store.publish(publication(held, 2), controller.signal), /enough/);
    await held.hangs;
    const closed = store.close();
    controller.abort(new Error('enough'));
    await publishing;
    await closed;
    assert.deepEqual(await get(await reopen(), [key('a', '1')]), ['old']);
  });

  it('rejects every call with an EngineError once it is closed, but for another close', async () => {
    const { store } = given();
    await store.close();
    await store.close();
    await assert.rejects(store.states(signal), EngineError);
    await assert.rejects(get(store, [key('a', '1')]), EngineError);
    await assert.rejects(store.publish(publication(batches()), signal), EngineError);
  });
}

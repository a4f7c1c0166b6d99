import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EngineError, LeaseHeldError } from '../../src/core/engine-error.ts';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import type { Cell, SeriesStore } from '../../src/stores/series-store.ts';
import { HeldSource } from '../support/held-source.ts';
import { batches, cell, get, key, signal, TABLE } from './cells.ts';
import type { OpenedStore } from './publication-conformance.ts';
import { HANGS_MS } from '../support/hangs.ts';

/** What every series store must do with the right to publish. */
export function leaseConformance(given: () => OpenedStore): void {
  const publication = (cells: AsyncIterable<readonly Cell[]>) => ({
    table: TABLE,
    clear: [],
    cells,
    state: EMPTY_STATE,
  });

  /** A store of which nobody has the lease. */
  async function unleased(): Promise<SeriesStore> {
    return given().reopen();
  }

  it('has one holder of the lease at a time, who is named to those who wait, and followed', async () => {
    const store = await unleased();
    const lease = await store.lease('the first host', signal);
    await assert.rejects(store.lease('the second', AbortSignal.timeout(300)), (error) => {
      assert.ok(error instanceof LeaseHeldError);
      assert.equal(error.holder, 'the first host');
      return true;
    });
    const waiting = store.lease('the third', AbortSignal.timeout(HANGS_MS));
    await lease.release();
    await lease.release();
    const next = await waiting;
    await store.publish(publication(batches([cell('a', '1', 'the third')])), signal);
    await next.release();
    assert.deepEqual(await get(store, [key('a', '1')]), ['the third']);
  });

  it('refuses a publication without the lease, before its source is begun', async () => {
    const store = await unleased();
    const source = new HeldSource<readonly Cell[]>([]);
    await assert.rejects(store.publish(publication(source), signal), EngineError);
    const lease = await store.lease('a test', signal);
    await lease.release();
    await assert.rejects(store.publish(publication(source), signal), EngineError);
    assert.equal(source.asked, 0);
  });

  it('keeps nothing of a publication whose lease was released, or taken by another, before its end', async () => {
    const store = await unleased();
    for (const followed of [false, true]) {
      const lease = await store.lease('a test', signal);
      const held = new HeldSource([cell('a', '1', 'late')]);
      const publishing = assert.rejects(store.publish(publication(held), signal), EngineError);
      await held.hangs;
      await lease.release();
      const next = followed ? await store.lease('the next', signal) : undefined;
      held.release();
      await publishing;
      await next?.release();
      assert.deepEqual(await get(store, [key('a', '1')]), [undefined]);
      assert.equal((await store.states(signal)).tables.size, 0);
    }
  });

  it('gives the lease back when it closes, and refuses who waits for it', async () => {
    const store = await unleased();
    await store.lease('a test', signal);
    const waiting = assert.rejects(store.lease('too late', signal), EngineError);
    await store.close();
    await waiting;
    await assert.rejects(store.lease('later', signal), EngineError);
    const again = await given().reopen();
    await again.lease('the next', AbortSignal.timeout(HANGS_MS));
  });
}

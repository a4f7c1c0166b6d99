import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../src/core/engine-error.ts';
import type { Rows } from '../../src/core/metric/table.ts';
import type { Change, Warehouse } from '../../src/warehouses/warehouse.ts';
import { HeldSource } from '../support/held-source.ts';
import type { With } from './conformance.ts';
import { batches, claim, flatTable, never, ordinal, read, rowsOf, write } from './fixtures.ts';
import { HANGS_MS } from '../support/hangs.ts';

/** The time in which an engine that fails to wait would have gone on. */
const A_WHILE_MS = 50;

/** A row in each of two partitions. */
const rows = (value: number): Rows =>
  rowsOf(
    flatTable,
    'daily',
    ['20240301', '20240401'].map((at) => ({ of: ['a', 'x'], at, is: [value, 0] })),
  );
const change = (source: AsyncIterable<Rows>, covers: Change['covers'] = () => []): Change => ({
  table: flatTable,
  remove: [],
  rows: source,
  covers,
});
/** Returns the value of both rows as a reader sees it; undefined where there are none. */
const values = async (warehouse: Warehouse): Promise<unknown[]> =>
  (await read(warehouse, flatTable, 'daily', '20240101', '20241231')).map((row) => row[3]);

/** An engine's promises about writes that aren't over, fail or are aborted, and about closing. */
export function endingConformance(name: string, withWarehouse: With): void {
  void describe(`${name}: ends`, { timeout: HANGS_MS }, () => {
    void test(
      'nothing of a write is seen, by this handle or another, before it is over',
      withWarehouse(async ({ warehouse, again }) => {
        await write(warehouse, flatTable, [rows(1)]);
        const handles = [warehouse, await again()];
        const before = await warehouse.states(never);
        let looks = 0;
        async function* looking(): AsyncGenerator<Rows> {
          for (const value of [2, 3, 4]) {
            yield rows(value);
            for (const handle of handles) {
              assert.deepEqual(await values(handle), [1, 1]);
              assert.deepEqual(await handle.states(never), before);
              looks++;
            }
          }
        }
        await write(warehouse, flatTable, looking());
        assert.equal(looks, 6);
        for (const handle of handles) assert.deepEqual(await values(handle), [4, 4]);
      }),
    );

    void test(
      'coverage is asked for once, when the rows are exhausted',
      withWarehouse(async ({ warehouse }) => {
        const calls: string[] = [];
        async function* source(): AsyncGenerator<Rows> {
          yield rows(1);
          await sleep(0);
          calls.push('the last row');
        }
        const lease = await warehouse.lease('a test', never);
        const covers = () => {
          calls.push('covers');
          return [claim('daily', 'a', '20240301', '20240430')];
        };
        const { state } = await warehouse.write(change(source(), covers), never);
        await lease.release();
        assert.deepEqual(calls, ['the last row', 'covers']);
        assert.equal(state.coverage.get('daily')?.size, 1);
      }),
    );

    void test(
      'rows that fail half way, or coverage that does, leave everything as it was',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [rows(1)]);
        const before = await warehouse.states(never);
        const bad = new Error('row 2 is bad');
        async function* failing(): AsyncGenerator<Rows> {
          yield await Promise.resolve(rows(2));
          throw bad;
        }
        const lease = await warehouse.lease('a test', never);
        const uncovered = (): never => {
          throw bad;
        };
        for (const wrong of [change(failing()), change(batches(rows(2)), uncovered)]) {
          await assert.rejects(warehouse.write(wrong, never), (error) => error === bad);
          assert.deepEqual(await warehouse.states(never), before);
          assert.deepEqual(await values(warehouse), [1, 1]);
        }
        const { state } = await warehouse.write(change(batches(rows(2))), never);
        await lease.release();
        assert.equal(state.version, 2);
        assert.deepEqual(await values(warehouse), [2, 2]);
      }),
    );

    void test(
      'an aborted write rejects with the reason, also while its source hangs, tells the source, and leaves everything as it was',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [rows(1)]);
        const before = await warehouse.states(never);
        const lease = await warehouse.lease('a test', never);
        const controller = new AbortController();
        const held = new HeldSource(rows(2));
        const writing = warehouse.write(change(held), controller.signal);
        await held.hangs;
        const reason = new Error('enough');
        controller.abort(reason);
        await assert.rejects(writing, (error) => error === reason);
        assert.deepEqual([held.asked, held.ended], [2, 1]);
        const unasked = new HeldSource(rows(2));
        await assert.rejects(warehouse.write(change(unasked), controller.signal), reason);
        assert.equal(unasked.asked, 0);
        assert.deepEqual(await warehouse.states(never), before);
        assert.deepEqual(await values(warehouse), [1, 1]);
        await warehouse.write(change(batches(rows(3))), never);
        await lease.release();
        assert.deepEqual(await values(warehouse), [3, 3]);
      }),
    );

    void test(
      'a write needs the lease until its end: one that was released or given to another leaves everything as it was',
      withWarehouse(async ({ warehouse, again }) => {
        await assert.rejects(warehouse.write(change(batches(rows(1))), never), EngineError);
        const other = await again();
        for (const next of [undefined, other, warehouse]) {
          const lease = await warehouse.lease('a test', never);
          const held = new HeldSource(rows(2));
          const writing = assert.rejects(warehouse.write(change(held), never), EngineError);
          await held.hangs;
          await lease.release();
          const taken = await next?.lease('the next', never);
          held.release();
          await writing;
          await taken?.release();
          assert.equal((await warehouse.states(never)).tables.size, 0);
          assert.deepEqual(await values(warehouse), []);
        }
      }),
    );

    void test(
      'a write is refused while another is under way, which goes on',
      withWarehouse(async ({ warehouse }) => {
        const lease = await warehouse.lease('a test', never);
        const held = new HeldSource(rows(1));
        const writing = warehouse.write(change(held), never);
        await held.hangs;
        await assert.rejects(warehouse.write(change(batches(rows(2))), never), EngineError);
        held.release();
        assert.equal((await writing).state.version, 1);
        await warehouse.write(change(batches(rows(3))), never);
        await lease.release();
        assert.deepEqual(await values(warehouse), [3, 3]);
      }),
    );

    void test(
      'it closes once the write under way is over, and gives the lease back; what was written stays',
      withWarehouse(async ({ warehouse, again }) => {
        await warehouse.lease('a test', never);
        const over: string[] = [];
        const held = new HeldSource(rows(1));
        const writing = warehouse.write(change(held), never).then(() => over.push('written'));
        await held.hangs;
        const closes = [warehouse.close(), warehouse.close()].map((close) =>
          close.then(() => over.push('closed')),
        );
        await assert.rejects(warehouse.states(never), EngineError);
        await sleep(A_WHILE_MS);
        assert.deepEqual(over, []);
        held.release();
        await Promise.all([writing, ...closes]);
        assert.deepEqual(over, ['written', 'closed', 'closed']);
        const other = await again();
        assert.deepEqual(await values(other), [1, 1]);
        await write(other, flatTable, [rows(2)]);
        assert.equal((await other.states(never)).tables.get(flatTable.name)?.version, 2);
      }),
    );

    void test(
      "who waits for the lease when it closes is refused, and doesn't keep it from others",
      withWarehouse(async ({ warehouse, again }) => {
        const other = await again();
        const lease = await warehouse.lease('a test', never);
        const waiting = assert.rejects(other.lease('too late', never), EngineError);
        await sleep(A_WHILE_MS);
        await other.close();
        await lease.release();
        await waiting;
        await (await warehouse.lease('the next', AbortSignal.timeout(HANGS_MS))).release();
      }),
    );

    void test(
      'a read that is under way when it closes ends, or rejects with an EngineError',
      withWarehouse(async ({ warehouse }) => {
        const many = Array.from({ length: 20_000 }, (_, i) => ({
          of: [`${i}`, 'x'],
          at: '20240301',
          is: [1, 1],
        }));
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', many)]);
        const day = ordinal('daily', '20240301');
        const query = { table: flatTable, grain: 'daily', first: day, last: day, where: [] } as const;
        const reading = warehouse.select(query, never)[Symbol.asyncIterator]();
        assert.ok(!(await reading.next()).done);
        await warehouse.close();
        try {
          while (!(await reading.next()).done);
        } catch (error) {
          assert.ok(error instanceof EngineError, String(error));
        }
      }),
    );

    void test(
      'it rejects every call with an EngineError once it is closed, but for another close',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [rows(1)]);
        await warehouse.close();
        await warehouse.close();
        await assert.rejects(warehouse.states(never), EngineError);
        await assert.rejects(warehouse.lease('late', never), EngineError);
        await assert.rejects(warehouse.write(change(batches(rows(2))), never), EngineError);
        await assert.rejects(values(warehouse), EngineError);
      }),
    );
  });
}

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LeaseHeldError } from '../../src/core/engine-error.ts';
import type { With } from './conformance.ts';
import { flatTable, never, read, rowsOf, shareTable, write } from './fixtures.ts';
import { HANGS_MS } from '../support/hangs.ts';

const row = (value: number) =>
  rowsOf(flatTable, 'daily', [{ of: ['a', 'x'], at: '20240301', is: [value, value] }]);

/** The promises to processes that share an engine: states, handles, the lease. */
export function sharingConformance(name: string, withWarehouse: With): void {
  void describe(`${name}: sharing`, () => {
    void test(
      'the revision is the same while the states are, and another one after a change of any table',
      withWarehouse(async ({ warehouse }) => {
        const revisions = new Set<string>();
        const note = async () => {
          const { revision } = await warehouse.states(never);
          assert.equal((await warehouse.states(never)).revision, revision);
          revisions.add(revision);
        };
        await note();
        await write(warehouse, flatTable, [row(1)]);
        await note();
        await write(warehouse, shareTable, [
          rowsOf(shareTable, 'monthly', [{ of: ['a'], at: '20240301', is: [1] }]),
        ]);
        await note();
        await write(warehouse, flatTable, [row(2)]);
        await note();
        assert.equal(revisions.size, 4);
        const { tables } = await warehouse.states(never);
        assert.deepEqual([...tables.keys()].sort(), ['test_flat', 'test_share']);
      }),
    );

    void test(
      'another handle sees a change at once, its state and its rows',
      withWarehouse(async ({ warehouse, again }) => {
        await write(warehouse, flatTable, [row(1)]);
        const other = await again();
        const before = await other.states(never);
        await write(warehouse, flatTable, [row(2)]);
        const after = await other.states(never);
        assert.notEqual(after.revision, before.revision);
        assert.equal(after.tables.get('test_flat')?.version, 2);
        assert.equal((await read(other, flatTable, 'daily', '20240301', '20240301'))[0]?.[3], 2);
      }),
    );

    void test(
      'the lease excludes a second holder, who is told who has it, and follows once it is released',
      withWarehouse(async ({ warehouse, again }) => {
        const other = await again();
        const lease = await warehouse.lease('the first import', never);
        await assert.rejects(other.lease('the second', AbortSignal.timeout(2_000)), (error) => {
          assert.ok(error instanceof LeaseHeldError);
          assert.equal(error.holder, 'the first import');
          return true;
        });
        const waiting = other.lease('the third', AbortSignal.timeout(HANGS_MS));
        await lease.release();
        await (await waiting).release();
      }),
    );

    void test(
      'of many waiters, only one at a time gets the lease',
      withWarehouse(async ({ warehouse, again }) => {
        const other = await again();
        let holders = 0;
        const turns = Array.from({ length: 8 }, async (_, index) => {
          const lease = await (index % 2 ? warehouse : other).lease(
            `waiter ${index}`,
            AbortSignal.timeout(HANGS_MS),
          );
          assert.equal(++holders, 1);
          await new Promise((resolve) => setTimeout(resolve, 20));
          holders--;
          await lease.release();
        });
        await Promise.all(turns);
      }),
    );
  });
}

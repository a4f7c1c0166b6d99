import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isComplete } from '../../src/core/time/coverage.ts';
import { coverageOf } from '../../src/core/time/table-state.ts';
import type { Repeats } from '../../src/warehouses/warehouse.ts';
import type { With } from './conformance.ts';
import { claim, flatTable, never, ordinal, read, rowsOf, write } from './fixtures.ts';

const flat = (rows: readonly [project: string, type: string, at: string, edits: number, bytes: number][]) =>
  rowsOf(
    flatTable,
    'daily',
    rows.map(([project, type, at, edits, bytes]) => ({ of: [project, type], at, is: [edits, bytes] })),
  );
const day = (date: string) => ordinal('daily', date);

/** The promises of writing series. */
export function writingConformance(name: string, withWarehouse: With): void {
  void describe(`${name}: writing`, () => {
    void test(
      'rows written in any order are read back sorted by dimensions and period',
      withWarehouse(async ({ warehouse }) => {
        const batch = [
          flat([
            ['b', 'x', '20240301', 4, 40],
            ['a', 'y', '20240302', 3, 30],
          ]),
          flat([
            ['a', 'x', '20240401', 2, 20],
            ['a', 'x', '20240229', 1, 10],
          ]),
        ];
        const written = await write(warehouse, flatTable, batch);
        assert.deepEqual(written.changed, ['daily/2024-02', 'daily/2024-03', 'daily/2024-04']);
        assert.equal(written.rows, 4);
        assert.deepEqual(await read(warehouse, flatTable, 'daily', '20240101', '20241231'), [
          ['a', 'x', day('20240229'), 1, 10],
          ['a', 'x', day('20240401'), 2, 20],
          ['a', 'y', day('20240302'), 3, 30],
          ['b', 'x', day('20240301'), 4, 40],
        ]);
      }),
    );

    void test(
      'a later row replaces the one of the same dimensions and period, and only its partition changes',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [
          flat([
            ['a', 'x', '20240229', 1, 10],
            ['a', 'x', '20240301', 2, 20],
          ]),
        ]);
        const written = await write(warehouse, flatTable, [flat([['a', 'x', '20240301', 7, 70]])]);
        assert.deepEqual(written.changed, ['daily/2024-03']);
        assert.deepEqual(written.state.partitions.get('daily/2024-02'), { version: 1, removed: 0, rows: 1 });
        assert.deepEqual(written.state.partitions.get('daily/2024-03'), { version: 2, removed: 0, rows: 1 });
        assert.equal(written.state.version, 2);
        assert.deepEqual(await read(warehouse, flatTable, 'daily', '20240101', '20241231'), [
          ['a', 'x', day('20240229'), 1, 10],
          ['a', 'x', day('20240301'), 7, 70],
        ]);
      }),
    );

    void test(
      'the same rows and claims a second time change nothing',
      withWarehouse(async ({ warehouse }) => {
        const rows = [flat([['a', 'x', '20240229', 1, 10]])];
        const covers = [claim('daily', 'a', '20240201', '20240331')];
        const first = await write(warehouse, flatTable, rows, { covers });
        assert.deepEqual(first.changed, ['daily/2024-02', 'daily/2024-03']);
        const { revision } = await warehouse.states(never);
        const second = await write(warehouse, flatTable, rows, { covers });
        assert.deepEqual(second.changed, []);
        assert.deepEqual(second.state, first.state);
        assert.equal((await warehouse.states(never)).revision, revision);
      }),
    );

    void test(
      'the last of several rows with one key wins, also across batches, and the writer is told of them',
      withWarehouse(async ({ warehouse }) => {
        const rows = [
          flat([
            ['a', 'x', '20240301', 1, 1],
            ['a', 'x', '20240301', 9, 9],
            ['a', 'x', '20240301', 2, 2],
          ]),
          flat([['a', 'x', '20240302', 5, 5]]),
          flat([
            ['a', 'x', '20240302', 4, 4],
            ['a', 'x', '20240401', 1, 1],
            ['a', 'x', '20240401', 1, 1],
          ]),
        ];
        const told: Repeats[] = [];
        await write(warehouse, flatTable, rows, { onRepeats: (repeats) => told.push(repeats) });
        const key = { project: 'a', page_type: 'x', timestamp: '2024030100' };
        assert.deepEqual(
          told.map(({ example: { key: texts, first, last }, ...counts }) => [
            counts,
            Object.fromEntries(texts),
            [first.row, Object.fromEntries(first.values), last.row, Object.fromEntries(last.values)],
          ]),
          [[{ rows: 4, differing: 2 }, key, [0, { edits: '1', bytes: '1' }, 2, { edits: '2', bytes: '2' }]]],
        );
        const silent = await write(warehouse, flatTable, [flat([['a', 'x', '20240401', 2, 2]])], {
          onRepeats: () => assert.fail('a row that is stored is no repeat'),
        });
        assert.deepEqual(silent.changed, ['daily/2024-04']);
        const stop = new Error('stopped');
        const twice = flat([
          ['a', 'x', '20240401', 3, 3],
          ['a', 'x', '20240401', 4, 4],
        ]);
        const onRepeats = (): void => {
          throw stop;
        };
        await assert.rejects(write(warehouse, flatTable, [twice], { onRepeats }), (error) => error === stop);
        assert.deepEqual(await read(warehouse, flatTable, 'daily', '20240301', '20240331'), [
          ['a', 'x', day('20240301'), 2, 2],
          ['a', 'x', day('20240302'), 4, 4],
        ]);
      }),
    );

    void test(
      'a removal takes rows and their coverage, and what is written with it stays',
      withWarehouse(async ({ warehouse }) => {
        await write(
          warehouse,
          flatTable,
          [
            flat([
              ['a', 'x', '20240301', 1, 10],
              ['a', 'x', '20240302', 2, 20],
              ['b', 'x', '20240302', 3, 30],
              ['a', 'x', '20240401', 4, 40],
            ]),
          ],
          {
            covers: [
              claim('daily', 'a', '20240301', '20240430'),
              claim('daily', 'b', '20240301', '20240430'),
            ],
          },
        );
        const remove = [
          {
            grain: 'daily' as const,
            first: day('20240302'),
            last: day('20240430'),
            where: [{ column: 'project', values: ['a'] }],
            scopes: ['a'],
          },
        ];
        const written = await write(warehouse, flatTable, [flat([['a', 'x', '20240303', 5, 50]])], {
          remove,
        });
        assert.deepEqual(written.changed, ['daily/2024-03', 'daily/2024-04']);
        assert.deepEqual(written.state.partitions.get('daily/2024-03'), { version: 2, removed: 2, rows: 3 });
        assert.deepEqual(written.state.partitions.get('daily/2024-04'), { version: 2, removed: 2, rows: 0 });
        assert.deepEqual(coverageOf(written.state, 'daily', ['a']), [
          { first: day('20240301'), last: day('20240301'), complete: true },
        ]);
        assert.ok(isComplete(coverageOf(written.state, 'daily', ['b']), day('20240415')));
        assert.deepEqual(await read(warehouse, flatTable, 'daily', '20240301', '20240430'), [
          ['a', 'x', day('20240301'), 1, 10],
          ['a', 'x', day('20240303'), 5, 50],
          ['b', 'x', day('20240302'), 3, 30],
        ]);
      }),
    );

    void test(
      'a removal whose rows come again as they were removes nothing',
      withWarehouse(async ({ warehouse }) => {
        const rows = [flat([['a', 'x', '20240301', 1, 10]])];
        await write(warehouse, flatTable, rows);
        const remove = [
          { grain: 'daily' as const, first: day('20240301'), last: day('20240331'), where: [] },
        ];
        const written = await write(warehouse, flatTable, rows, { remove });
        assert.deepEqual(written.changed, []);
      }),
    );

    void test(
      'coverage alone changes the partitions in which it differs, also those without rows',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [flat([['a', 'x', '20240301', 1, 10]])]);
        const written = await write(warehouse, flatTable, [], {
          covers: [claim('daily', 'a', '20240201', '20240310')],
        });
        assert.deepEqual(written.changed, ['daily/2024-02', 'daily/2024-03']);
        assert.deepEqual(written.state.partitions.get('daily/2024-02'), { version: 2, removed: 0, rows: 0 });
        assert.deepEqual(written.state.partitions.get('daily/2024-03'), { version: 2, removed: 0, rows: 1 });
      }),
    );
  });
}

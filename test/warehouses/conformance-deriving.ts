import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineError } from '../../src/core/engine-error.ts';
import { type NamedQuery, type Sql, sql } from '../../src/core/sql.ts';
import type { Table } from '../../src/core/metric/table.ts';
import type { Grain } from '../../src/core/time/time.ts';
import type { Change, Removal, Warehouse, Written } from '../../src/warehouses/warehouse.ts';
import type { With } from './conformance.ts';
import { claim, flatTable, never, ordinal, read, rowsOf, shareTable, topTable, write } from './fixtures.ts';

const SHARES = sql`SELECT project, stamp, sum(edits) / 2 AS share FROM test_flat GROUP BY project, stamp`;
const LISTS = sql`SELECT project, page_type AS article, stamp, edits AS views FROM test_flat`;
const DIGEST: readonly NamedQuery[] = [
  {
    name: 'kinds',
    rows: sql`SELECT project, page_type, stamp, sum(edits) AS edits FROM test_flat GROUP BY project, page_type, stamp`,
  },
  {
    name: 'digest',
    rows: sql`SELECT project, page_type, stamp, edits FROM kinds
      UNION ALL SELECT project, 'all' AS page_type, stamp, sum(edits) AS edits FROM kinds GROUP BY project, stamp`,
  },
];
const FROM_DIGEST = sql`SELECT project, stamp, edits / 2 AS share FROM digest WHERE page_type = 'all' AND project <> 'none'`;

/** Derives rows from those of `flatTable`, under the lease. */
async function derive(
  warehouse: Warehouse,
  table: Table,
  grain: Grain,
  rows: Sql,
  partitions: readonly string[],
  options: {
    digest?: readonly NamedQuery[];
    remove?: readonly Removal[];
    version?: number;
    signal?: AbortSignal;
  } = {},
): Promise<Written> {
  const { digest, remove = [], version = 1, signal = never } = options;
  const lease = await warehouse.lease('a test', never);
  try {
    const change: Change = {
      table,
      remove,
      rows: {
        source: flatTable,
        reads: [{ grain, parts: partitions.map((partition) => ({ partition })) }],
        rows,
        ...(digest ? { digest } : {}),
      },
      covers: () => [claim(grain, 'a', '20240101', '20240101')],
      madeFrom: { version, digest: 'a test' },
    };
    return await warehouse.write(change, signal);
  } finally {
    await lease.release();
  }
}

const EVENTS = rowsOf(flatTable, 'daily', [
  { of: ['a', 'w'], at: '20240101', is: [1, 0] },
  { of: ['a', 'x'], at: '20240101', is: [9, 0] },
  { of: ['a', 'y'], at: '20240101', is: [5, 0] },
  { of: ['a', 'z'], at: '20240101', is: [1, 0] },
  { of: ["b'\\", 'x'], at: '20240131', is: [4, 0] },
  { of: ['a', 'x'], at: '20240201', is: [8, 0] },
  { of: ['a', 'x'], at: '20250101', is: [2, 0] },
]);
const MONTHS = ['daily/2024-01', 'daily/2024-02', 'daily/2025-01'];

/** The promises of deriving rows from another table. */
export function derivingConformance(name: string, withWarehouse: With): void {
  void describe(`${name}: deriving`, () => {
    void test(
      "rows are made of another table's, with and without a digest, and what they were made from is kept",
      withWarehouse(async ({ warehouse, again }) => {
        await write(warehouse, flatTable, [EVENTS]);
        const expected = [
          ['a', ordinal('monthly', '20240101'), 8],
          ['a', ordinal('monthly', '20240201'), 4],
          ['a', ordinal('monthly', '20250101'), 1],
          ["b'\\", ordinal('monthly', '20240101'), 2],
        ];
        await derive(warehouse, shareTable, 'monthly', SHARES, MONTHS);
        assert.deepEqual(await read(warehouse, shareTable, 'monthly', '20240101', '20251201'), expected);
        const { tables } = await (await again()).states(never);
        assert.deepEqual(tables.get(shareTable.name)?.madeFrom, { version: 1, digest: 'a test' });
        const span = { first: ordinal('monthly', '20240101'), last: ordinal('monthly', '20250101') };
        const remove: Removal[] = [{ grain: 'monthly', ...span, where: [] }];
        const same = await derive(warehouse, shareTable, 'monthly', FROM_DIGEST, MONTHS, {
          digest: DIGEST,
          remove,
          version: 2,
        });
        assert.deepEqual(same.changed, []);
        assert.equal(same.state.madeFrom?.version, 2);
        assert.deepEqual(await read(warehouse, shareTable, 'monthly', '20240101', '20251201'), expected);
      }),
    );

    void test(
      'rows of other months of a year stay, those of a month without rows go',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [EVENTS]);
        await derive(warehouse, shareTable, 'monthly', SHARES, MONTHS);
        const february = ordinal('monthly', '20240201');
        const day = { first: ordinal('daily', '20240201'), last: ordinal('daily', '20240229') };
        await write(warehouse, flatTable, [], { remove: [{ grain: 'daily', ...day, where: [] }] });
        await derive(warehouse, shareTable, 'monthly', SHARES, ['daily/2024-02'], {
          remove: [{ grain: 'monthly', first: february, last: february, where: [] }],
        });
        const rows = await read(warehouse, shareTable, 'monthly', '20240101', '20241201');
        assert.deepEqual(
          rows.map(([project, , share]) => [project, share]),
          [
            ['a', 8],
            ["b'\\", 2],
          ],
        );
      }),
    );

    void test(
      'lists are ranked and cut, and entries that tie with the first one cut off are cut off, too',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [EVENTS]);
        await derive(warehouse, topTable, 'daily', LISTS, ['daily/2024-01']);
        const first = ordinal('daily', '20240101');
        assert.deepEqual(await read(warehouse, topTable, 'daily', '20240101', '20240131'), [
          ['a', first, 'x', 1, 9],
          ['a', first, 'y', 2, 5],
          ["b'\\", first + 30, 'x', 1, 4],
        ]);
      }),
    );

    void test(
      'a failed or aborted derivation leaves everything as it was',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [EVENTS]);
        const wrong = sql`SELECT project, stamp, no_such_column AS share FROM test_flat`;
        await assert.rejects(derive(warehouse, shareTable, 'monthly', wrong, MONTHS), EngineError);
        const signal = AbortSignal.abort(new Error('enough'));
        await assert.rejects(derive(warehouse, shareTable, 'monthly', SHARES, MONTHS, { signal }), /enough/);
        assert.deepEqual(await read(warehouse, shareTable, 'monthly', '20240101', '20251201'), []);
      }),
    );
  });
}

import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { EngineError } from '../../../src/core/engine-error.ts';
import type { Rows } from '../../../src/core/metric/table.ts';
import type { Aggregation } from '../../../src/core/question/aggregation.ts';
import { GRACE_MS } from '../../../src/warehouses/lake/sweep.ts';
import { flatTable, never, ordinal, rowsOf, shareTable, write } from '../fixtures.ts';
import { withLake } from './lake-fixture.ts';

/** Rows of the first days of a month. */
const month = (at: string, edits: readonly number[]): Rows =>
  rowsOf(
    flatTable,
    'daily',
    edits.map((is, day) => ({ of: ['a', 'x'], at: `${at}0${day + 1}`, is: [is, is] })),
  );

/** March and April. */
const WHOLE: Aggregation = {
  table: flatTable,
  grain: 'daily',
  first: ordinal('daily', '20240301'),
  last: ordinal('daily', '20240430'),
  where: [],
  except: [],
  least: [],
  by: [],
  period: undefined,
  measures: ['edits'],
  order: [],
  offset: 0,
  limit: 10,
};

void test(
  'a question over whole months reads their totals, and any other the rows',
  withLake(async ({ warehouse, folder }) => {
    await write(warehouse, flatTable, [month('202403', [1, 1, 1, 1])]);
    await write(warehouse, flatTable, [month('202403', [2])]);
    await write(warehouse, flatTable, [month('202404', [4, 5, 6, 7])]);
    const march = join('test_flat', 'grain=daily', 'year=2024', 'month=3', 'version=2', '0.parquet');
    await writeFile(join(folder, march), 'no Parquet');
    const sumOf = async (asked: Partial<Aggregation>): Promise<unknown[]> => {
      const sums: unknown[] = [];
      const groups = warehouse.aggregate({ ...WHOLE, ...asked }, never);
      for await (const { measures } of groups) sums.push(...(measures[0] ?? []));
      return sums;
    };
    const edits = [{ column: 'edits', least: 0 }];
    const days = { first: ordinal('daily', '20240301'), last: ordinal('daily', '20240302'), where: [] };
    assert.deepEqual(await sumOf({}), [27]);
    assert.deepEqual(
      await sumOf({ period: 'monthly', order: [{ column: 'timestamp', descending: false }] }),
      [5, 22],
    );
    assert.deepEqual(await sumOf({ except: [{ ...days, last: WHOLE.last - 30 }] }), [22]);
    await assert.rejects(sumOf({ last: WHOLE.last - 31 }), EngineError);
    await assert.rejects(sumOf({ period: 'daily' }), EngineError);
    await assert.rejects(sumOf({ period: 'weekly' }), EngineError);
    await assert.rejects(sumOf({ least: edits }), EngineError);
    await assert.rejects(sumOf({ except: [days] }), EngineError);
  }),
);

void test(
  'a total of which a value is unknown is unknown, decimals and short series have no totals, and those of older versions go',
  withLake(async ({ warehouse, folder, clock }) => {
    const unknown = {
      ...flatTable,
      measures: flatTable.measures.map((one) => ({ ...one, nullable: true as const })),
    };
    const rows = [
      { of: ['a', 'x'], at: '20240301', is: [1, 1] },
      { of: ['a', 'x'], at: '20240302', is: [2, NaN] },
      { of: ['a', 'x'], at: '20240303', is: [3, 1] },
      { of: ['a', 'x'], at: '20240304', is: [4, 1] },
    ];
    await write(warehouse, unknown, [rowsOf(unknown, 'daily', rows)]);
    const groups: unknown[] = [];
    const asked = { ...WHOLE, table: unknown, measures: ['edits', 'bytes'] };
    for await (const { measures } of warehouse.aggregate(asked, never)) groups.push(measures);
    assert.deepEqual(groups, [[[10], [null]]]);
    await write(warehouse, unknown, [
      rowsOf(unknown, 'daily', [{ of: ['a', 'x'], at: '20240301', is: [5, 5] }]),
    ]);
    await write(warehouse, flatTable, [month('202405', [1, 1, 1])]);
    await write(warehouse, shareTable, [
      rowsOf(shareTable, 'monthly', [{ of: ['a'], at: '20240301', is: [0.5] }]),
    ]);
    clock.ms += GRACE_MS;
    await (await warehouse.lease('a test', never)).release();
    const totals = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.totals'));
    assert.deepEqual(totals.length, 1);
  }),
);

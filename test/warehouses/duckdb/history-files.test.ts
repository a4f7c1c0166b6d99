import assert from 'node:assert/strict';
import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import type { Warehouse, Written } from '../../../src/warehouses/warehouse.ts';
import { claim, flatTable, never, read, rowsOf, write } from '../fixtures.ts';
import { parquetFiles, withLake } from './lake-fixture.ts';

/* The files of the rows before a change: when there are some, and when they go. */

const DAY_MS = 86_400_000;
const load = (warehouse: Warehouse, date: string, edits: number): Promise<Written> =>
  write(warehouse, flatTable, [rowsOf(flatTable, 'daily', [{ of: ['a', 'x'], at: date, is: [edits, 0] }])], {
    covers: [claim('daily', 'a', date, date)],
    why: { cause: 'import' },
  });
const beforeFiles = async (folder: string): Promise<string[]> =>
  (await parquetFiles(folder)).filter((path) => path.includes('corrections/'));

void test(
  'loading more, or the same again, writes none; a changed row writes one, with that row alone',
  withLake(async ({ warehouse, folder }) => {
    await load(warehouse, '20240301', 1);
    await load(warehouse, '20240302', 2);
    await load(warehouse, '20240302', 2);
    assert.deepEqual(await beforeFiles(folder), []);
    const { state } = await load(warehouse, '20240302', 3);
    assert.deepEqual(await beforeFiles(folder), ['test_flat/corrections/3.parquet']);
    assert.equal(state.history?.changes.at(-1)?.before?.rows, 1);
    assert.deepEqual(
      (await read(warehouse, flatTable, 'daily', '20240301', '20240302', { asOf: 2 })).map((row) => row[3]),
      [1, 2],
    );
  }),
);

void test(
  'a file stays as long as it is kept, and goes with the first change after that',
  withLake(async ({ warehouse, folder, clock }) => {
    await load(warehouse, '20240301', 1);
    await load(warehouse, '20240301', 2);
    clock.ms += 29 * DAY_MS;
    await load(warehouse, '20240302', 1);
    assert.equal((await beforeFiles(folder)).length, 1);
    clock.ms += 2 * DAY_MS;
    const { state } = await load(warehouse, '20240303', 1);
    assert.equal(state.history?.base, 2);
    // Readers that opened the manifest before may still need the file.
    assert.equal((await beforeFiles(folder)).length, 1);
    clock.ms += 61_000;
    await load(warehouse, '20240304', 1);
    assert.deepEqual(await beforeFiles(folder), []);
  }),
);

void test(
  'a file that a killed write left is removed by the next write',
  withLake(async ({ warehouse, folder }) => {
    await load(warehouse, '20240301', 1);
    const corrections = join(folder, 'test_flat', 'corrections');
    await mkdir(corrections);
    await writeFile(join(corrections, '2.parquet'), 'half a file');
    await load(warehouse, '20240302', 1);
    assert.deepEqual(await beforeFiles(folder), []);
  }),
);

void test(
  'a process that keeps nothing forgets what was kept: so retracted rows can be removed at once',
  withLake(async ({ warehouse, folder, clock }) => {
    await load(warehouse, '20240301', 1);
    await load(warehouse, '20240301', 2);
    const other = await openDuckdbWarehouse(folder, { clock: { now: () => clock.ms }, keepDays: 0 });
    try {
      const { state } = await load(other, '20240301', 3);
      assert.equal(state.history?.base, 3);
      clock.ms += 61_000;
      await load(other, '20240302', 1);
      assert.deepEqual(await beforeFiles(folder), []);
      assert.deepEqual((await other.states(never)).tables.get('test_flat')?.history?.changes.length, 2);
    } finally {
      await other.close();
    }
  }),
);

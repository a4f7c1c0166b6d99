import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { flatTable, rowsOf, write } from '../fixtures.ts';
import { parquetFiles, withLake } from './lake-fixture.ts';

/** More than a row group holds, of few types of pages: such texts are ENUMs while rows are sorted. */
const ROWS = 70_000;

void test(
  'the statistics of a row group are of its own values, by which readers skip it',
  withLake(async ({ warehouse, folder }) => {
    const rows = Array.from({ length: ROWS }, (_, i) => ({
      of: [`p${i % 700}`, `type ${(i % 700) % 2}`],
      at: `202403${String(1 + (Math.floor(i / 700) % 28)).padStart(2, '0')}`,
      is: [i, 1],
    }));
    const repeats = new Map(rows.map((row) => [`${row.of.join()} ${row.at}`, row]));
    const other = Array.from({ length: ROWS }, (_, i) => ({
      of: [`q${i}`, 'type 2'],
      at: '20240301',
      is: [i, 1],
    }));
    await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', [...repeats.values(), ...other])]);
    const [file = ''] = await parquetFiles(folder);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const groups = await connection.runAndReadAll(
      `SELECT stats_min_value, stats_max_value FROM parquet_metadata('${join(folder, file)}')
       WHERE path_in_schema = 'page_type' ORDER BY row_group_id`,
    );
    connection.disconnectSync();
    assert.deepEqual(groups.getRowsJson(), [
      ['type 0', 'type 2'],
      ['type 2', 'type 2'],
    ]);
  }),
);

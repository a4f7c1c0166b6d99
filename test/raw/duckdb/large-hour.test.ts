import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { DuckdbRows } from '../../../src/raw/duckdb/duckdb-rows.ts';
import { columnsOf } from '../../../src/raw/columns.ts';
import { WEBREQUEST } from '../../../src/streams/webrequest.ts';

const ROWS = 160_000;

void it('an hour of many wide rows is sorted, although they take more memory than reading does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-large-hour-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const rows = await DuckdbRows.open(join(folder, '_tmp'));
  try {
    const texts = columnsOf(WEBREQUEST).map(({ name, type }) =>
      type === 'VARCHAR'
        ? `'${name} of request ' || md5(CAST(n % 9999 AS VARCHAR)) AS "${name}"`
        : `CAST(n AS ${type}) AS "${name}"`,
    );
    const [from, to] = [join(folder, 'from.parquet'), join(folder, 'to.parquet')];
    await connection.run(
      `COPY (SELECT {'id': md5(CAST(n AS VARCHAR)), 'dt': '2026-11-29T12:' || lpad(CAST(n * 7 % 60 AS VARCHAR), 2, '0'),
         'domain': 'example.org', 'partition': 0, 'position': n} AS meta, ${texts.join(', ')} FROM range(${ROWS}) r(n))
       TO '${from}' (FORMAT parquet)`,
    );
    const merging = { sorted: true, withoutPersonal: false };
    assert.equal(await rows.merge(WEBREQUEST, [from], to, merging), ROWS);
    const read = await connection.runAndReadAll(
      `SELECT count(*) FILTER (place <> file_row_number) FROM (SELECT file_row_number,
         row_number() OVER (ORDER BY meta.dt, meta.position) - 1 AS place FROM read_parquet('${to}', file_row_number = true))`,
    );
    assert.deepEqual(read.getRows(), [[0n]]);
  } finally {
    await rows.close();
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
});

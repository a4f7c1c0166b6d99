import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { EngineError } from '../../../src/core/engine-error.ts';
import type { Rows } from '../../../src/core/metric/table.ts';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import { ordinalAt } from '../../../src/core/time/time.ts';
import { editsAggregate } from '../../../src/metrics/edits-aggregate.ts';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { viewOf } from '../../../src/warehouses/lake/sql.ts';
import { PIN_MS } from '../../../src/warehouses/lake/pins.ts';
import { GRACE_MS } from '../../../src/warehouses/lake/sweep.ts';
import { claim, flatTable, never, read, rowsOf, write } from '../fixtures.ts';
import { parquetFiles, temporaryFolder, withLake } from './lake-fixture.ts';
import { until } from '../../support/until.ts';

const row = (at: string, value: number): Rows =>
  rowsOf(flatTable, 'daily', [{ of: ['a', "it's"], at, is: [value, value * 2] }]);

/** Runs statements in a DuckDB that knows nothing of Kraken. */
async function plain(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const statements = sql.split(';\n').filter((statement) => statement.trim() !== '');
    let rows: unknown[][] = [];
    for (const statement of statements) rows = (await connection.runAndReadAll(statement)).getRowsJson();
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Lists the pins in a lake, finished and half-written. */
async function pinsIn(folder: string): Promise<string[]> {
  return readdir(join(folder, '_pins')).catch(() => []);
}

void describe('a lake on disk', () => {
  void test(
    'a lake that is taken away is an engine error, not a table without rows',
    withLake(async ({ warehouse, folder }) => {
      await write(warehouse, flatTable, [row('20240301', 1)]);
      await rename(folder, `${folder}-away`);
      try {
        await assert.rejects(read(warehouse, flatTable, 'daily', '20240301', '20240301'), {
          name: 'EngineError',
        });
      } finally {
        await rename(`${folder}-away`, folder);
      }
    }),
  );

  void test(
    'a version of a partition is a file at grain, year, month and version, and superseded ones go after their grace',
    withLake(async ({ warehouse, folder, clock }) => {
      const march = join('test_flat', 'grain=daily', 'year=2024', 'month=3');
      await write(warehouse, flatTable, [row('20240301', 1)]);
      assert.deepEqual(await parquetFiles(folder), [join(march, 'version=1', '0.parquet')]);
      await write(warehouse, flatTable, [row('20240301', 2)]);
      assert.deepEqual(await parquetFiles(folder), [
        join(march, 'version=1', '0.parquet'),
        join(march, 'version=2', '0.parquet'),
      ]);
      clock.ms += GRACE_MS - 1;
      await (await warehouse.lease('a test', never)).release();
      assert.equal((await parquetFiles(folder)).length, 2);
      clock.ms += 1;
      await (await warehouse.lease('a test', never)).release();
      assert.deepEqual(await parquetFiles(folder), [join(march, 'version=2', '0.parquet')]);
      assert.deepEqual(await readdir(join(folder, march)), ['version=2']);
    }),
  );

  void test('a file that is read stays as long as the read lasts, and goes after it', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    await withLake(async ({ warehouse, folder, clock }) => {
      const signal = new AbortController().signal;
      // Counts are whole: a fraction could be rounded to what is there already, which would change nothing.
      let value = 1;
      const days = Array.from({ length: 28 }, (_, i) => `202402${String(i + 1).padStart(2, '0')}`);
      // More rows than DuckDB gives in one go, so that the read isn't over with the first batch.
      const rows = (views: number): Rows =>
        rowsOf(
          flatTable,
          'daily',
          days.flatMap((at) =>
            Array.from({ length: 300 }, (_, n) => ({ of: [`p${n}`, 'c'], at, is: [views, n] })),
          ),
        );
      await write(warehouse, flatTable, [rows(value)]);
      const [old] = await parquetFiles(folder);
      const question = {
        table: flatTable,
        grain: 'daily',
        first: ordinalAt('daily', Date.UTC(2024, 1, 1)),
        last: ordinalAt('daily', Date.UTC(2024, 1, 28)),
        where: [],
      } as const;
      for (const reader of [
        warehouse.select(question, signal),
        warehouse.aggregate(
          {
            ...question,
            except: [],
            least: [],
            by: ['project', 'page_type'],
            period: 'daily',
            measures: ['edits'],
            order: [],
            offset: 0,
            limit: 100_000,
          },
          signal,
        ),
      ]) {
        const current = (await parquetFiles(folder)).findLast((path) => path.includes('month=2'));
        const read = reader[Symbol.asyncIterator]();
        await read.next();
        // The read lasts long enough to pin its files.
        context.mock.timers.tick(PIN_MS);
        await until('the read pins its files', async () =>
          (await pinsIn(folder)).some((name) => name.endsWith('.json')),
        );
        await write(warehouse, flatTable, [rows(++value)]);
        clock.ms += GRACE_MS + 1;
        await write(warehouse, flatTable, [row('20240301', ++value)]);
        assert.ok((await parquetFiles(folder)).includes(current as string));
        let more = 0;
        while (!(await read.next()).done) more++;
        assert.ok(more > 0);
        await write(warehouse, flatTable, [row('20240302', ++value)]);
        assert.ok(!(await parquetFiles(folder)).includes(current as string));
        assert.deepEqual(await pinsIn(folder), []);
      }
      assert.ok(!(await parquetFiles(folder)).includes(old as string));
    })();
  });

  void test('the pin of a reader that was killed keeps nothing for good', async () => {
    await withLake(async ({ warehouse, folder, clock }) => {
      await write(warehouse, flatTable, [row('20240301', 1)]);
      const [old] = (await parquetFiles(folder)) as [string];
      await mkdir(join(folder, '_pins'));
      const files = [old.replace('test_flat/', '')];
      await writeFile(join(folder, '_pins', 'x.json'), JSON.stringify({ table: 'test_flat', files }));
      await write(warehouse, flatTable, [row('20240301', 2)]);
      clock.ms += GRACE_MS + 1;
      await write(warehouse, flatTable, [row('20240301', 3)]);
      assert.ok((await parquetFiles(folder)).includes(old));
      clock.ms += 11 * GRACE_MS;
      await write(warehouse, flatTable, [row('20240301', 4)]);
      assert.ok(!(await parquetFiles(folder)).includes(old));
    })();
  });

  void test(
    'a partition that lost its rows keeps its state and has no file once the grace is over',
    withLake(async ({ warehouse, folder, clock }) => {
      await write(warehouse, flatTable, [row('20240301', 1)], {
        covers: [claim('daily', 'a', '20240301', '20240331')],
      });
      const remove = [{ grain: 'daily' as const, first: 0, last: 30_000, where: [] }];
      const { state } = await write(warehouse, flatTable, [], { remove });
      assert.deepEqual(state.partitions.get('daily/2024-03'), { version: 2, removed: 2, rows: 0 });
      assert.equal(state.coverage.size, 0);
      clock.ms += GRACE_MS;
      await (await warehouse.lease('a test', never)).release();
      assert.deepEqual(await parquetFiles(folder), []);
      assert.deepEqual(await readdir(join(folder, 'test_flat')), ['_manifest.json']);
    }),
  );

  void test(
    'files and temporaries that a killed write left go at the next one, those of the manifest never',
    withLake(async ({ warehouse, folder }) => {
      await write(warehouse, flatTable, [row('20240301', 1)]);
      const stray = join(
        folder,
        'test_flat',
        'grain=daily',
        'year=2024',
        'month=4',
        'version=2',
        '0.parquet',
      );
      const temporary = join(folder, '_tmp', 'write-killed', 'run-0.parquet');
      const spill = join(folder, '_tmp', `spill-elsewhere-${process.pid}-x`, 'block');
      for (const path of [stray, temporary, spill]) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, 'not finished');
      }
      assert.equal((await read(warehouse, flatTable, 'daily', '20240301', '20240430')).length, 1);
      await write(warehouse, flatTable, [row('20240501', 1)]);
      const left = await parquetFiles(folder);
      assert.deepEqual(left, [
        join('test_flat', 'grain=daily', 'year=2024', 'month=3', 'version=1', '0.parquet'),
        join('test_flat', 'grain=daily', 'year=2024', 'month=5', 'version=2', '0.parquet'),
      ]);
      assert.equal(await readFile(spill, 'utf8'), 'not finished');
    }),
  );

  void test(
    'a plain DuckDB reads the files with their partitions',
    withLake(async ({ warehouse, folder }) => {
      await write(warehouse, flatTable, [row('20240301', Number.MAX_SAFE_INTEGER), row('20241231', 2)]);
      const glob = join(folder, 'test_flat', '**', '*.parquet').replaceAll("'", "''");
      const found = await plain(
        `SELECT project, page_type, "timestamp", edits, typeof(edits), grain, year, month, version
         FROM read_parquet('${glob}', hive_partitioning = true) ORDER BY "timestamp"`,
      );
      assert.deepEqual(found, [
        ['a', "it's", '2024030100', '9007199254740991', 'BIGINT', 'daily', '2024', '3', '1'],
        ['a', "it's", '2024123100', '2', 'BIGINT', 'daily', '2024', '12', '1'],
      ]);
    }),
  );

  void test(
    'the view shows an analyst each row once, also while superseded files are there',
    withLake(async ({ warehouse, folder }) => {
      await write(warehouse, flatTable, [row('20240301', 1), row('20240401', 1)]);
      await write(warehouse, flatTable, [row('20240301', 2)]);
      assert.equal((await parquetFiles(folder)).length, 3);
      const found = await plain(
        `${viewOf(folder, flatTable.name)}\nSELECT * FROM test_flat WHERE year = 2024 ORDER BY "month"`,
      );
      assert.deepEqual(found, [
        ['a', "it's", '2024030100', '2', '4', 'daily', 2024, 3, 2],
        ['a', "it's", '2024040100', '1', '2', 'daily', 2024, 4, 1],
      ]);
    }),
  );

  void test(
    'a copied folder serves the same',
    withLake(async ({ warehouse, folder }) => {
      await write(warehouse, flatTable, [row('20240301', 1), row('20240401', 2)], {
        covers: [claim('daily', 'a', '20240301', '20240430')],
      });
      const copy = await temporaryFolder();
      await cp(folder, copy.path, { recursive: true });
      const restored = await openDuckdbWarehouse(copy.path);
      try {
        assert.deepEqual((await restored.states(never)).tables, (await warehouse.states(never)).tables);
        assert.deepEqual(
          await read(restored, flatTable, 'daily', '20240101', '20241231'),
          await read(warehouse, flatTable, 'daily', '20240101', '20241231'),
        );
      } finally {
        await restored.close();
        await copy.remove();
      }
    }),
  );

  void test(
    'a manifest of a newer format is refused with a sentence',
    withLake(async ({ warehouse, folder }) => {
      await write(warehouse, flatTable, [row('20240301', 1)]);
      const path = join(folder, 'test_flat', '_manifest.json');
      const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
      await writeFile(path, JSON.stringify({ ...manifest, format: 2 }));
      const refused = (error: unknown) =>
        error instanceof EngineError && /has format 2, but .* reads only format 1/.test(error.message);
      await assert.rejects(warehouse.states(never), refused);
      await assert.rejects(read(warehouse, flatTable, 'daily', '20240301', '20240301'), refused);
    }),
  );

  void test(
    'rows with one value of the narrow dimensions are adjacent, so that a query skips the others',
    withLake(async ({ warehouse, folder }) => {
      const table = tableOf(editsAggregate);
      const of = (project: string, at: string, edits: number): Rows =>
        rowsOf(
          table,
          'daily',
          ['all-editor-types', 'user'].flatMap((editor) =>
            ['content', 'all-page-types'].map((page) => ({ of: [project, editor, page], at, is: [edits] })),
          ),
        );
      await write(warehouse, table, [of('b.wikipedia', '20240302', 1), of('b.wikipedia', '20240301', 2)]);
      await write(warehouse, table, [of('a.wikipedia', '20240301', 3), of('b.wikipedia', '20240302', 4)]);
      const file = join(folder, 'edits_aggregate', 'grain=daily/year=2024/month=3/version=2/0.parquet');
      const sorted = ['all-page-types', 'content'].flatMap((page) =>
        ['all-editor-types', 'user'].flatMap((editor) => [
          [page, editor, 'a.wikipedia', '2024030100', '3'],
          [page, editor, 'b.wikipedia', '2024030100', '2'],
          [page, editor, 'b.wikipedia', '2024030200', '4'],
        ]),
      );
      assert.deepEqual(
        await plain(
          `SELECT page_type, editor_type, project, "timestamp", edits FROM read_parquet('${file}')`,
        ),
        sorted,
      );
    }),
  );

  void test(
    'a value with a NUL, which would be split in two, is refused and nothing is stored',
    withLake(async ({ warehouse, folder }) => {
      const rows = rowsOf(flatTable, 'daily', [{ of: ['a\0b', 'x'], at: '20240301', is: [1, 1] }]);
      await assert.rejects(
        write(warehouse, flatTable, [rows]),
        (error) => error instanceof EngineError && /NUL/.test(error.message),
      );
      assert.deepEqual(await parquetFiles(folder), []);
    }),
  );

  void test(
    'a damaged file or a lost folder is an EngineError, and a folder whose name is a pattern is refused',
    withLake(async ({ warehouse, folder }) => {
      await write(warehouse, flatTable, [row('20240301', 1)]);
      const [file = ''] = await parquetFiles(folder);
      await writeFile(join(folder, file), 'no Parquet');
      await assert.rejects(read(warehouse, flatTable, 'daily', '20240301', '20240301'), EngineError);
      await assert.rejects(openDuckdbWarehouse(join(folder, 'a[b]')), EngineError);
      await rm(folder, { recursive: true });
      await assert.rejects(warehouse.states(never), EngineError);
      await assert.rejects(warehouse.lease('a test', never), EngineError);
    }),
  );
});

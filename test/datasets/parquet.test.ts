import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { startGateway } from '../support/gateway.ts';
import { CAKES, folderWith, mistakesOf, remove, write } from './folder.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const YAML = CAKES['cake.yaml'].replace('cake.csv', 'cake.parquet');

/** Writes what a statement gives as Parquet. */
async function writeParquet(path: string, select: string, options = ''): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet${options})`);
  connection.closeSync();
  instance.closeSync();
}

async function temporary(t: TestContext): Promise<string> {
  const folder = await folderWith({});
  t.after(() => remove(folder));
  return folder;
}

async function parquet(t: TestContext, select: string, options = ''): Promise<Buffer> {
  const path = join(await temporary(t), 'cake.parquet');
  await writeParquet(path, select, options);
  return readFile(path);
}

// What DuckDB writes of a BLOB has no UTF8 mark, as text of older Hive, Impala and Spark.
const UNMARKED = `SELECT encode(month) AS month, encode(kitchen) AS kitchen, encode(cakes) AS cakes
  FROM (VALUES ('2024-01', 'Zürich', '12'), ('2024-02', 'Zürich', '15'), ('2024-01', NULL, NULL), ('2024-01', '東京', '7'))
    AS rows(month, kitchen, cakes)`;
const ROWS = ['Zürich,monthly,2024-01-01,12', 'Zürich,monthly,2024-02-01,15', '東京,monthly,2024-01-01,7'];

void test('text without the UTF8 mark is text, in a file and in a table of the warehouse', async (t) => {
  const root = await temporary(t);
  // The row without a kitchen is a mistake: left out here.
  const select = `${UNMARKED} WHERE kitchen IS NOT NULL`;
  const folder = await temporary(t);
  await writeParquet(join(root, 'lake', 'bakery', '0.parquet'), select);
  await write(folder, {
    'cake.parquet': await parquet(t, select),
    'cake.yaml': YAML,
    'pie.yaml': CAKES['cake.yaml']
      .replace('dataset: cake', 'dataset: pie')
      .replace('file: cake.csv', 'table: bakery'),
  });
  const flags = { warehouse: `duckdb:${join(root, 'lake')}` };
  const gateway = await startGateway({ datasets: [folder], flags });
  try {
    for (const name of ['cake', 'pie']) {
      const kitchens = encodeURIComponent('Zürich|東京');
      const { text, status } = await gateway.get(
        `/metrics/datasets/${name}/${kitchens}/monthly/20240101/latest.csv`,
      );
      assert.equal(status, 200, text);
      assert.deepEqual(text.trim().split('\r\n').slice(1), ROWS, name);
    }
  } finally {
    await gateway.close();
  }
});

void test('bytes that are no UTF-8 are refused with their column and row', async (t) => {
  const select = `SELECT '2024-01' AS month, kitchen, 1 AS cakes FROM (VALUES (encode('Zürich')), ('Z\\xFCrich'::BLOB)) AS rows(kitchen)`;
  assert.deepEqual(await mistakesOf({ 'cake.parquet': await parquet(t, select), 'cake.yaml': YAML }), [
    'cake.parquet: row 2: the column kitchen holds the bytes 5a fc 72 69 63 68, which are not UTF-8 text: write it as UTF-8.',
  ]);
  // A column that isn't used may hold what it likes.
  const unused = `SELECT '2024-01' AS month, 'Zürich' AS kitchen, 1 AS cakes, '\\xFF'::BLOB AS digest`;
  assert.deepEqual(await mistakesOf({ 'cake.parquet': await parquet(t, unused), 'cake.yaml': YAML }), []);
});

// DuckDB doesn't say in which row; the value tells.
void test('bytes marked as UTF8 text that are not are refused with their column', async (t) => {
  const select = `SELECT '2024-01' AS month, 'Zürich ' || i AS kitchen, 1 AS cakes FROM range(1, 5001) AS rows(i)`;
  const plain = await parquet(
    t,
    select,
    ", CODEC 'uncompressed', PARQUET_VERSION v1, DICTIONARY_SIZE_LIMIT 1",
  );
  const at = plain.indexOf('Zürich 4321');
  assert.ok(at > 0);
  plain.write('Z\xfc\xfcrich 4321', at, 'latin1');
  assert.deepEqual(await mistakesOf({ 'cake.parquet': plain, 'cake.yaml': YAML }), [
    'cake.yaml:4:7: cake.parquet has "Z\\xFC\\xFCrich 4321" in the column kitchen, which is not valid UTF-8: write it as UTF-8.',
  ]);
});

void test("instants are read alike whatever the process's time zone and locale are", async (t) => {
  const folder = await temporary(t);
  const select = `SELECT * FROM (VALUES (TIMESTAMPTZ '2024-01-01 00:00:00+00', 'North', 12), (TIMESTAMPTZ '2024-01-02 07:00:00+07', 'North', 3))
    AS rows(month, kitchen, cakes)`;
  await writeParquet(join(folder, 'cake.parquet'), select);
  await writeFile(join(folder, 'cake.yaml'), YAML.replace('grain: monthly', 'grain: daily'));
  const places = [
    { TZ: 'UTC' },
    { TZ: 'America/New_York' },
    { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8' },
    { TZ: 'Asia/Bangkok', LC_ALL: 'th_TH.UTF-8' },
  ];
  for (const place of places) {
    const env = { PATH: process.env.PATH ?? '', ...place };
    const { stdout } = spawnSync(process.execPath, [CLI, 'datasets', folder], { encoding: 'utf8', env });
    assert.match(stdout, /\n1 thing published, 0 mistakes\.\n$/, JSON.stringify(place));
  }
});

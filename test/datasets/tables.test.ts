import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { openWarehouse } from '../../src/config/engines.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { CAKES, folderWith, remove } from './folder.ts';

const signal = new AbortController().signal;
const YAML = CAKES['cake.yaml']
  .replace('file: cake.csv', 'table: bakery')
  .replace('[kitchen]', '[kitchen, year]');

let root: string;
let folder: string;
let gateway: Gateway;

/** Writes the bakery's table: a folder of Parquet in the lake, with a partition a year. */
async function bake(cakes: number): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const year of [2023, 2024]) {
    const part = join(root, 'lake', 'bakery', `season=${year}`);
    await mkdir(part, { recursive: true });
    await connection.run(
      `COPY (SELECT DATE '${year}-01-01' AS month, 'North' AS kitchen, CAST(${cakes} + ${year} AS BIGINT) AS cakes) TO '${part}/0.parquet' (FORMAT parquet)`,
    );
  }
  connection.closeSync();
}

before(async () => {
  root = await folderWith({});
  await bake(0);
  folder = await folderWith({
    'cake.yaml': YAML.replace('[kitchen, year]', '[kitchen, { name: season }]'),
    'none.yaml': YAML.replace('dataset: cake', 'dataset: none').replace('table: bakery', 'table: bakeries'),
    'wrong.yaml': YAML.replace('dataset: cake', 'dataset: wrong').replace(
      'table: bakery',
      "table: 'a; DROP TABLE b'",
    ),
  });
  gateway = await startGateway({ datasets: [folder], flags: { warehouse: `duckdb:${join(root, 'lake')}` } });
});
after(async () => {
  await gateway.close();
  await remove(folder);
  await remove(root);
});

void test('a table beside the warehouse’s own is a data set, by its columns and those in folder names', async () => {
  const { text } = await gateway.get('/metrics/datasets/cake/North/2023%7C2024/monthly/20230101/latest.csv');
  assert.deepEqual(text.trim().split('\r\n').slice(1), [
    'North,2023,monthly,2023-01-01,2023',
    'North,2024,monthly,2024-01-01,2024',
  ]);
});

void test('a table that does not exist, or cannot, is left out', async () => {
  assert.deepEqual(
    gateway.app.road.catalogue.metrics.slice(-1).map(({ name }) => name),
    ['cake'],
  );
  const { body } = await gateway.app.admin.inject('/metrics');
  assert.match(body, /kraken_dataset_mistakes 2\n/);
});

void test("Kraken's own tables are not among them, and a name can't lead out of the lake", async () => {
  const warehouse = await openWarehouse(`duckdb:${join(root, 'lake')}`);
  try {
    const [own = ''] = (await warehouse.states(signal)).tables.keys();
    assert.match(own, /^dataset_cake_/);
    for (const name of [own, '..', '../lake/bakery', 'a/b', ''])
      assert.equal(await warehouse.foreign(name).columns(signal), undefined, name);
    assert.deepEqual(await warehouse.foreign('bakery').columns(signal), [
      'month',
      'kitchen',
      'cakes',
      'season',
    ]);
    const before = await warehouse.foreign('bakery').digest(signal);
    await bake(1);
    assert.notEqual(await warehouse.foreign('bakery').digest(signal), before);
  } finally {
    await warehouse.close();
  }
});

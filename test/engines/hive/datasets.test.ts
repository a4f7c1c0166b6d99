import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openWarehouse } from '../../../src/config/engines.ts';
import { CAKES, folderWith, remove, write } from '../../datasets/folder.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { HivePlace } from './hive-place.ts';
import { HANGS_MS } from '../../support/hangs.ts';

/* Data sets over a real HiveServer2: a file's rows go into it, and a table of its own is read. */

const signal = AbortSignal.timeout(HANGS_MS);
let place: HivePlace;
let folder: string;
let gateway: Gateway;
before(async () => {
  place = await HivePlace.make({ lake: true });
  const { database, sessions } = place;
  await sessions.execute(`CREATE DATABASE ${database}`, signal);
  await sessions.execute(
    `CREATE TABLE ${database}.bakery (month DATE, cakes BIGINT) PARTITIONED BY (kitchen STRING) STORED AS PARQUET`,
    signal,
  );
  await sessions.execute(
    `INSERT INTO ${database}.bakery PARTITION (kitchen) VALUES (DATE '2024-01-01', 12, 'North'), (DATE '2024-02-01', NULL, 'North'), (DATE '2024-01-01', 7, 'South')`,
    signal,
  );
  // Text as older Impala and Spark write it is BINARY to whoever declares the table by its files.
  for (const [table, bytes] of [
    ['patisserie', "unhex('5AC3BC72696368')"],
    ['illegible', "unhex('5AFC72696368')"],
  ] as const) {
    await sessions.execute(
      `CREATE TABLE ${database}.${table} STORED AS PARQUET AS SELECT DATE '2024-01-01' AS month, ${bytes} AS kitchen, CAST(3 AS BIGINT) AS cakes UNION ALL SELECT DATE '2024-02-01', CAST(NULL AS BINARY), CAST(NULL AS BIGINT)`,
      signal,
    );
  }
  folder = await folderWith({
    ...CAKES,
    'pie.yaml': CAKES['cake.yaml']
      .replace('dataset: cake', 'dataset: pie')
      .replace('file: cake.csv', `table: ${database}.bakery`),
    'none.yaml': CAKES['cake.yaml']
      .replace('dataset: cake', 'dataset: none')
      .replace('file: cake.csv', `table: ${database}.bakeries`),
  });
  gateway = await startGateway({
    datasets: [folder],
    flags: { warehouse: `hive:${place.address}`, leaseWaitMs: '120000', queryDeadlineMs: '120000' },
  });
  const end = Date.now() + 200_000;
  while (!gateway.app.road.catalogue.byName.has('pie')) {
    assert.ok(Date.now() < end, 'the data sets are published');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});
after(async () => {
  await gateway?.close();
  await remove(folder);
  await place.remove();
});

async function rows(name: string): Promise<string[]> {
  const { text, status } = await gateway.get(
    `/metrics/datasets/${name}/North%7CSouth/monthly/20240101/latest.csv`,
  );
  assert.equal(status, 200, text);
  return text.trim().split('\r\n').slice(1);
}

void test('the rows of a file are read from Hive', async () => {
  assert.deepEqual(await rows('cake'), [
    'North,monthly,2024-01-01,12',
    'North,monthly,2024-02-01,15',
    'South,monthly,2024-01-01,7',
    'South,monthly,2024-03-01,9',
  ]);
});

void test('a table of the server is a data set, a NULL of it a gap; one that is not there is left out', async () => {
  assert.deepEqual(await rows('pie'), ['North,monthly,2024-01-01,12', 'South,monthly,2024-01-01,7']);
  assert.equal(gateway.app.road.catalogue.byName.has('none'), false);
});

void test('bytes that are UTF-8 are text, and others are told apart from it', async () => {
  const warehouse = await openWarehouse(`hive:${place.address}`);
  try {
    const read = async (table: string): Promise<Set<unknown>> => {
      const rows = new Set<unknown>();
      const columns = ['month', 'kitchen', 'cakes'];
      for await (const batch of warehouse.foreign(`${place.database}.${table}`).rows(columns, signal))
        for (const row of batch) rows.add(row);
      return rows;
    };
    const without = ['2024-02-01', null, null];
    assert.deepEqual(await read('patisserie'), new Set([['2024-01-01', 'Zürich', '3'], without]));
    const bytes = Buffer.from('5AFC72696368', 'hex');
    assert.deepEqual(await read('illegible'), new Set([['2024-01-01', bytes, '3'], without]));
  } finally {
    await warehouse.close();
  }
});

void test('a file that changes is replaced whole', async () => {
  await write(folder, { 'cake.csv': 'month,kitchen,cakes\n2024-01,South,1\n' });
  const end = Date.now() + 120_000;
  for (;;) {
    const now = await rows('cake');
    if (now.length === 1) {
      assert.deepEqual(now, ['South,monthly,2024-01-01,1']);
      return;
    }
    assert.equal(now.length, 4);
    assert.ok(Date.now() < end, 'the new rows are served');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});

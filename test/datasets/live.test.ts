import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { CAKES, folderWith, remove, write } from './folder.ts';
import { until } from '../support/until.ts';

/** Within this time a change is served, in ms. */
const SOON_MS = 15_000;
const signal = new AbortController().signal;
const PATH = '/metrics/datasets/cake/North%7CSouth/monthly/20240101/latest';

let folder: string;
let gateways: Gateway[];
beforeEach(async () => {
  folder = await folderWith(CAKES);
  gateways = [];
});
afterEach(async () => {
  for (const gateway of gateways) await gateway.close();
  await remove(folder);
});

async function start(flags: Record<string, string> = {}, datasets = folder): Promise<Gateway> {
  const gateway = await startGateway({ datasets: [datasets], flags });
  gateways.push(gateway);
  return gateway;
}

/** The cakes that are served, as one number; undefined where there are none. */
async function cakes(gateway: Gateway, path = PATH): Promise<number | undefined> {
  const { status, body } = (await gateway.get(path)) as {
    status: number;
    body: { items: { cakes: number }[] };
  };
  return status === 200 ? body.items.reduce((sum, item) => sum + item.cakes, 0) : undefined;
}

/** The tables of data sets in a gateway's warehouse, with their versions. */
async function tablesOf({ warehouse }: Gateway): Promise<Map<string, number>> {
  const { tables } = await warehouse.states(signal);
  const own = [...tables].filter(([name]) => name.startsWith('dataset_'));
  return new Map(own.map(([name, { version }]) => [name, version]));
}

void test('a file that changes is served anew without a restart, the old numbers or the new ones whole', async () => {
  const gateway = await start();
  assert.equal(await cakes(gateway), 43);
  const seen = new Set<number | undefined>();
  await write(folder, {
    'cake.csv': 'month,kitchen,cakes\n2024-01,North,100\n2024-02,South,200\n2024-03,South,300\n',
  });
  await until(
    'the new numbers are served',
    async () => {
      seen.add(await cakes(gateway));
      return seen.has(600);
    },
    SOON_MS,
  );
  seen.delete(43);
  assert.deepEqual([...seen], [600]);
});

void test('a data set that is added is served, and one whose file is deleted is not; its rows stay', async () => {
  const gateway = await start();
  const pie = CAKES['cake.yaml'].replace('dataset: cake', 'dataset: pie');
  await write(folder, { 'pie.yaml': pie });
  await until(
    'the pies are served',
    async () => (await cakes(gateway, PATH.replace('cake', 'pie'))) === 43,
    SOON_MS,
  );
  await rm(join(folder, 'cake.yaml'));
  await until('the cakes are gone', async () => (await cakes(gateway)) === undefined, SOON_MS);
  const asked = { query: '{ __type(name: "Query") { fields { name } } }' };
  const { text: names } = await gateway.agent().post('/graphql').send(asked);
  assert.ok(names.includes('"pie"') && !names.includes('"cake"'));
  assert.equal((await tablesOf(gateway)).size, 2);
});

void test('a wrong file leaves the former numbers, and is logged; once corrected, it is served', async () => {
  const gateway = await start();
  await write(folder, { 'cake.csv': 'month,kitchen,cakes\n2024-01,North,many\n' });
  const mistakes = async (): Promise<string | undefined> => {
    const { body } = await gateway.app.admin.inject('/metrics');
    return /kraken_dataset_mistakes (\d+)/.exec(body)?.[1];
  };
  await until('the mistake is counted', async () => (await mistakes()) === '1', SOON_MS);
  assert.equal(await cakes(gateway), 43);
  await write(folder, { 'cake.csv': 'month,kitchen,cakes\n2024-01,North,1\n' });
  await until('the new numbers are served', async () => (await cakes(gateway)) === 1, SOON_MS);
  assert.equal(await mistakes(), '0');
});

void test('other columns are another table: readers of the old one are not disturbed', async () => {
  const gateway = await start();
  const catalogue = gateway.app.road.catalogue;
  await write(folder, {
    'cake.csv': 'month,kitchen,cakes,pies\n2024-01,North,1,2\n',
    'cake.yaml': `${CAKES['cake.yaml']}  pies:\n`,
  });
  await until(
    'the pies are served',
    async () => {
      const { text } = await gateway.get(PATH);
      return text.includes('"pies":2');
    },
    SOON_MS,
  );
  assert.ok(gateway.app.road.catalogue !== catalogue);
  assert.equal((await tablesOf(gateway)).size, 2);
});

void test('a folder that is swapped by its symbolic link is noticed', async () => {
  const root = await folderWith({});
  const place = async (name: string, csv: string): Promise<void> => {
    await mkdir(join(root, name));
    await write(join(root, name), { ...CAKES, 'cake.csv': csv });
    await symlink(name, join(root, `${name}-link`));
    await rename(join(root, `${name}-link`), join(root, 'current'));
  };
  await place('one', CAKES['cake.csv']);
  const gateway = await start({}, join(root, 'current'));
  assert.equal(await cakes(gateway), 43);
  await place('two', 'month,kitchen,cakes\n2024-01,North,2\n');
  await until('the new folder is served', async () => (await cakes(gateway)) === 2, SOON_MS);
  await remove(root);
});

void test('a file or folder that is away for a while leaves everything as it was', async () => {
  const gateway = await start();
  const away = `${folder}-away`;
  await rename(join(folder, 'cake.csv'), join(folder, 'cake.away'));
  await pause(2000);
  assert.equal(await cakes(gateway), 43);
  await rename(folder, away);
  await pause(2000);
  assert.equal(await cakes(gateway), 43);
  await rename(away, folder);
  await write(folder, { 'cake.csv': 'month,kitchen,cakes\n2024-01,North,3\n' });
  await until('the new numbers are served', async () => (await cakes(gateway)) === 3, SOON_MS);
});

void test('several gateways on one folder and lake make one import, and a restart makes none', async () => {
  const data = await folderWith({});
  const warehouse = `duckdb:${join(data, 'lake')}`;
  const both = await Promise.all([start({ warehouse }), start({ warehouse })]);
  for (const gateway of both) assert.equal(await cakes(gateway), 43);
  const [table = ''] = (await tablesOf(both[0])).keys();
  assert.equal((await tablesOf(both[0])).get(table), 1);
  await write(folder, { 'cake.csv': 'month,kitchen,cakes\n2024-01,North,5\n' });
  for (const gateway of both)
    await until('both serve the new numbers', async () => (await cakes(gateway)) === 5, SOON_MS);
  const again = await start({ warehouse });
  assert.equal(await cakes(again), 5);
  assert.equal((await tablesOf(again)).get(table), 2);
  await remove(data);
});

void test('nothing of a data set is published to the series store', async () => {
  const gateway = await start();
  assert.equal(await cakes(gateway), 43);
  assert.deepEqual([...(await gateway.store.states(signal)).tables.keys()], []);
});

void test('a missing folder is reported, and served once it is there', async () => {
  const root = await folderWith({});
  const missing = join(root, 'later');
  const gateway = await start({}, missing);
  assert.equal((await gateway.get('/metrics/pageviews/')).status, 200);
  await mkdir(missing);
  await write(missing, CAKES);
  await until('the cakes are served', async () => (await cakes(gateway)) === 43, SOON_MS);
  await remove(root);
});

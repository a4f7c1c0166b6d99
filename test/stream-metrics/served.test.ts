import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith, remove } from '../datasets/folder.ts';
import { startGateway } from '../support/gateway.ts';
import { type Event, streamRoad } from './stream-road.ts';

/** Returns the first block of YAML of a section of a guide. */
async function exampleIn(guide: string, section: string): Promise<string> {
  const text = await readFile(new URL(`../../../docs/${guide}`, import.meta.url), 'utf8');
  const [, rest = ''] = text.split(section);
  return /```yaml\n(.*?)```/s.exec(rest)?.[1] ?? '';
}

const order = (dt: string, country: string, amount: number, address: string): Event => ({
  dt,
  order: 'x',
  country,
  amount,
  address,
});
const EVENTS = [
  order('2026-03-01T10:00:00Z', 'FR', 12.5, '192.0.2.1'),
  order('2026-03-01T11:00:00Z', 'FR', 20, '192.0.2.1'),
  order('2026-03-01T12:00:00Z', 'DE', 99.99, '192.0.2.2'),
  order('2026-03-01T13:00:00Z', 'DE', 100, '192.0.2.1'),
  order('2026-03-02T10:00:00Z', 'FR', 1, '192.0.2.3'),
  // The day isn't over.
  order('2026-03-03T10:00:00Z', 'FR', 1, '192.0.2.3'),
];

void test("the guide's example counts the guide's stream, and is served like any other data set", async (t) => {
  const road = await streamRoad(t, await exampleIn('capture.md', '\n## Streams\n'));
  const yaml = await exampleIn('datasets.md', '\n### From your own events\n');
  // The first day's addresses are there until the day is over.
  await road.load(EVENTS.slice(0, 4), '2026-03-02T00:01:00Z');
  await road.make(yaml);
  await road.load(EVENTS.slice(4), '2026-03-03T11:00:00Z');
  await road.make(yaml);
  const folder = await folderWith({ 'orders.yaml': yaml });
  const gateway = await startGateway({
    datasets: [folder],
    flags: { data: road.folder, streams: join(road.folder, 'streams') },
  });
  try {
    const items = async (path: string): Promise<unknown> =>
      ((await gateway.get(path)).body as { items: unknown }).items;
    const day = 'daily/20260301/latest';
    const all = { granularity: 'daily', country: 'all' };
    assert.deepEqual(await items(`/metrics/datasets/orders/all/under-20/${day}`), [
      { ...all, size: 'under-20', timestamp: '20260301', orders: 1, amount: 12.5, customers: 1 },
      { ...all, size: 'under-20', timestamp: '20260302', orders: 1, amount: 1, customers: 1 },
    ]);
    assert.deepEqual(await items('/metrics/datasets/orders/all/20-to-100/daily/20260301/20260301'), [
      { ...all, size: '20-to-100', timestamp: '20260301', orders: 2, amount: 119.99, customers: 2 },
    ]);
    // The stream began in the course of the first day. The second is complete, so that nothing means zero.
    const zeros = await items('/metrics/datasets/orders/DE%7CFR/under-20/daily/20260301/20260302?fill=zero');
    assert.deepEqual(
      (zeros as { orders: number | null }[]).map(({ orders }) => orders),
      [null, 0, 1, 1],
    );
    const sums = await items(
      '/metrics/datasets/orders/FR/20-to-100%7Cunder-20/daily/20260301/20260301?sum=size',
    );
    // The same customer ordered twice.
    assert.deepEqual(
      (sums as { orders: number; customers: null }[]).map(({ orders, customers }) => [orders, customers]),
      [[2, null]],
    );
    const query =
      '{ orders(country: "DE", size: "20-to-100", start: "20260301", end: "20260302") { orders amount } }';
    const graphql = (await gateway.agent().post('/graphql').send({ query })).body as { data: unknown };
    assert.deepEqual(graphql.data, { orders: { orders: [1], amount: [99.99] } });
    const question = '/query?metric=orders&where.country=all&by=size&range=2026-03-01..2026-03-02';
    const added = await gateway.get(question);
    assert.equal(added.status, 400);
    assert.match((added.body as { detail: string }).detail, /^customers can't be added up/);
    const rows = await gateway.get(`${question}&measures=orders,amount`);
    assert.deepEqual((rows.body as { rows: unknown }).rows, [
      { size: '20-to-100', orders: 2, amount: 119.99 },
      { size: 'under-20', orders: 2, amount: 13.5 },
      { size: '100-and-over', orders: 1, amount: 100 },
    ]);

    const { metrics, graphs } = gateway.app.road.catalogue;
    const metric = metrics.find(({ name }) => name === 'orders');
    assert.deepEqual(
      metric?.examples.map(({ country, size }) => [country, size]),
      [['all|FR|DE', '20-to-100|under-20|100-and-over']],
    );
    assert.equal((await gateway.get(`/metrics${graphs.get('orders')?.data[0]?.path}.svg`)).status, 200);
    const page = await gateway.get('/docs/orders');
    assert.equal(page.status, 200);
    assert.match(page.text, /standard error is about 2 %/);
  } finally {
    await gateway.close();
    await remove(folder);
  }
});

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../src/core/problem.ts';
import type { PathQuestion } from '../../src/core/question/question.ts';
import { Feeds } from '../../src/feed/feeds.ts';
import type { Followed } from '../../src/feed/snapshot.ts';
import { CAKES, folderWith, remove, write } from '../datasets/folder.ts';
import { Faults } from '../support/faults.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../support/gateway.ts';
import { listen, Reader } from '../api/listen/events.ts';
import { day, itemsOf, METRIC, pathOf } from '../api/listen/rows.ts';

async function start(t: TestContext, options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await startGateway(options);
  t.after(() => gateway.close());
  return gateway;
}
async function open(t: TestContext, gateway: Gateway, path: string, id?: string): Promise<Reader> {
  const address = gateway.app.api.server.address();
  const base =
    address && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : await listen(gateway);
  const reader = await Reader.open(base + path, id === undefined ? {} : { 'last-event-id': id });
  t.after(() => reader.close());
  return reader;
}

test('a question is asked once after a change, however many follow it', async (t) => {
  const faults = new Faults();
  const gateway = await start(t, {
    flags: { refreshMs: '60000', cellCacheMb: '0', listenersPerClient: '100' },
    wrapStore: (store) => faults.store(store),
  });
  await gateway.load(METRIC, [day('Cat', 1, 1)]);
  const readers = [await open(t, gateway, pathOf('Cat'))];
  while (readers.length < 50) readers.push(await open(t, gateway, pathOf('Cat')));
  await Promise.all(readers.map((reader) => reader.until(1)));
  faults.reads.length = 0;
  await gateway.load(METRIC, [day('Cat', 2, 2)]);
  await Promise.all(readers.map((reader) => reader.until(2)));
  assert.equal(faults.reads.length, 1);
});

test('a feed outlives an engine that is down, and goes on when it is back', async (t) => {
  const faults = new Faults();
  const gateway = await start(t, {
    wrapStore: (store) => faults.store(store),
    flags: { readDeadlineMs: '300', cellCacheMb: '0' },
  });
  await gateway.load(METRIC, [day('Cat', 1, 1)]);
  const reader = await open(t, gateway, pathOf('Cat'));
  await reader.until(1);
  faults.mode = 'failing';
  await sleep(300);
  // Who comes now is told to come back: a 503 would end a browser's stream for good.
  const late = await open(t, gateway, pathOf('Dog'));
  assert.equal(late.response.statusCode, 200);
  await late.untilEnd();
  assert.deepEqual(
    late.events.map(({ event, data }) => [event, data.reason]),
    [['end', 'unavailable']],
  );
  assert.equal((await gateway.get(`${pathOf('Dog')}?wait=1`)).status, 503);
  await gateway.publishOnly(METRIC, [day('Cat', 2, 2)]);
  await sleep(200);
  faults.mode = 'fine';
  assert.deepEqual((await reader.until(2))[1]?.data, day('Cat', 2, 2));
});

test('who comes back while an engine is down is sent away, and is not told everything again', async (t) => {
  const faults = new Faults();
  const gateway = await start(t, { wrapWarehouse: (warehouse) => faults.warehouse(warehouse) });
  await gateway.load(METRIC, [day('Cat', 1, 1)]);
  const reader = await open(t, gateway, pathOf('Cat'));
  const [first] = await reader.until(1);
  await gateway.load(METRIC, [day('Cat', 1, 2)]);
  await reader.until(2);
  faults.mode = 'failing';
  const early = await open(t, gateway, pathOf('Cat'), first?.id);
  await early.untilEnd();
  assert.deepEqual(
    early.events.map(({ event, data }) => [event, data.reason]),
    [['end', 'unavailable']],
  );
  faults.mode = 'fine';
  const late = await open(t, gateway, pathOf('Cat'), first?.id);
  assert.equal((await late.until(1))[0]?.event, 'correction');
});

test('a range that moves gets its new periods, and leaves the old ones without a word', async (t) => {
  const clock = { ms: Date.UTC(2024, 0, 10, 12), now: () => clock.ms };
  const gateway = await start(t, { clock });
  const days = Array.from({ length: 14 }, (_, i) => day('Cat', i + 1, i));
  await gateway.load(METRIC, days);
  const url = pathOf('Cat', '-3d/-1d');
  const rest = (): Promise<object[]> => itemsOf(gateway, url);
  const reader = await open(t, gateway, url);
  const first = await rest();
  assert.deepEqual(
    (await reader.until(first.length)).map(({ data }) => data),
    first,
  );
  const id = reader.events.at(-1)?.id;
  clock.ms += 2 * 24 * 3_600_000;
  // Any change makes it ask; without one it asks each minute.
  gateway.app.road.watch.changes.changed();
  const events = await reader.until(first.length + 2);
  assert.deepEqual(
    events.slice(first.length).map(({ event, data }) => [event, data]),
    (await rest()).slice(-2).map((item) => ['point', item]),
  );
  const again = await open(t, gateway, url, id);
  assert.deepEqual(
    (await again.until(2)).map(({ data }) => data),
    (await rest()).slice(-2),
  );
});

test('another edition of a data set begins again, and one that is gone ends', async (t) => {
  const folder = await folderWith(CAKES);
  t.after(() => remove(folder));
  const gateway = await start(t, { datasets: [folder] });
  const url = '/metrics/datasets/cake/North%7CSouth/monthly/20240101/latest';
  const rest = (): Promise<object[]> => itemsOf(gateway, url);
  const reader = await open(t, gateway, url);
  const first = await rest();
  const id = (await reader.until(first.length)).at(-1)?.id;
  // Other numbers are corrections.
  await write(folder, { 'cake.csv': CAKES['cake.csv'].replace('North,1', 'North,9') });
  const corrected = (await reader.until(first.length + 1))[first.length];
  assert.equal(corrected?.event, 'correction');
  // Another edition may be other rows of the same version.
  await write(folder, { 'cake.yaml': CAKES['cake.yaml'].replace('Cakes baked', 'All cakes') });
  const told = (await reader.until(2 * first.length + 2)).slice(first.length + 1);
  assert.equal(told[0]?.event, 'reset');
  assert.deepEqual(
    told.slice(1).map(({ event, data }) => [event, data]),
    (await rest()).map((item) => ['point', item]),
  );
  assert.equal((await (await open(t, gateway, url, id)).until(1))[0]?.event, 'reset');
  await rm(join(folder, 'cake.yaml'));
  await reader.untilEnd();
  assert.deepEqual([reader.events.at(-1)?.event, reader.events.at(-1)?.data.reason], ['end', 'gone']);
});

test('more rows than there is room for are refused, unless others can go', async (t) => {
  const gateway = await start(t);
  await gateway.load(METRIC, [
    ...Array.from({ length: 28 }, (_, i) => day('Cat', i + 1, i)),
    ...Array.from({ length: 28 }, (_, i) => day('Dog', i + 1, i)),
  ]);
  const { road } = gateway.app;
  const feeds = new Feeds({
    road,
    clock: Date,
    maxBytes: 15_000,
    onDefect: (error) => assert.fail(String(error)),
  });
  t.after(() => feeds.close());
  const of = (article: string): Followed => ({
    question: {
      metric: METRIC,
      where: { project: ['en.wikipedia'], access: ['all-access'], agent: ['user'], article: [article] },
      period: { granularity: 'daily', start: '20240101', end: '20240131' },
      options: {},
    } satisfies PathQuestion,
    style: {},
  });
  const { leave } = await feeds.follow(of('Cat'), () => undefined);
  await assert.rejects(
    feeds.follow(of('Dog'), () => undefined),
    (error) => error instanceof Problem && error.code === 'unavailable',
  );
  leave();
  await feeds.follow(of('Dog'), () => undefined);
  assert.equal(feeds.usage.feeds, 1);
});

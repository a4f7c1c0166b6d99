import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway, type Gateway, type GatewayOptions } from '../../support/gateway.ts';
import { listen, Reader } from './events.ts';
import { day, METRIC, pathOf } from './rows.ts';
import { until } from '../../support/until.ts';

const open: (() => unknown)[] = [];
async function start(flags: GatewayOptions['flags'] = {}): Promise<{ gateway: Gateway; base: string }> {
  const gateway = await startGateway({ flags });
  return { gateway, base: await listen(gateway) };
}
async function read(url: string, headers?: Record<string, string>): Promise<Reader> {
  const reader = await Reader.open(url, headers);
  open.push(() => reader.close());
  return reader;
}
afterEach(() => {
  for (const close of open.splice(0)) close();
});

describe('the bytes of a stream', () => {
  let gateway: Gateway;
  let base: string;
  before(async () => {
    ({ gateway, base } = await start());
    await gateway.load(METRIC, [day('Cat', 1, 5), day('A\u2028B\u0085\u000b\u001c', 1, 6)]);
  });
  after(() => gateway.close());

  test('have a type with a charset, aren’t packed, kept or held back, and any page may read them', async () => {
    const { response } = await read(base + pathOf('Cat'), {
      'accept-encoding': 'gzip, br',
      origin: 'http://a.example',
    });
    const { headers } = response;
    assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.equal(headers['content-encoding'], undefined);
    assert.equal(headers['cache-control'], 'no-store, no-transform');
    assert.equal(headers['x-accel-buffering'], 'no');
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers.vary, 'Accept');
    assert.notEqual(headers.connection, 'close');
  });

  test('begin with an event that says when to come back; each has data, the id last, and LF only', async () => {
    const reader = await read(`${base}${pathOf('Cat')}?heartbeat=1`);
    await reader.until(1);
    await until('there are four events', () => reader.events.length >= 4);
    assert.equal(reader.events[0]?.event, 'heartbeat');
    assert.equal(reader.events[0]?.retry, 3000);
    assert.equal(reader.events[0]?.id, '*');
    assert.doesNotMatch(reader.raw, /\r|^\uFEFF|^:/m);
    for (const block of reader.raw.split('\n\n').slice(0, -1))
      assert.match(block, /^event: \w+\ndata: .+(\nretry: \d+)?(\nid: [!-~]+)?$/);
    // Each after silence has the id of what was seen.
    const [point] = await reader.until(1);
    assert.deepEqual(
      reader.events.slice(2).map(({ event, id }) => [event, id]),
      [
        ['heartbeat', point?.id],
        ['heartbeat', point?.id],
      ],
    );
    // Who comes back is told first what it has.
    const again = await read(`${base}${pathOf('Cat')}?lastEventId=${point?.id}`);
    await until('there is an event', () => again.events.length > 0);
    assert.equal(again.events[0]?.id, point?.id);
  });

  test('have no character that a client takes for the end of a line', async () => {
    const reader = await read(base + pathOf('A\u2028B\u0085\u000b\u001c'));
    const [point] = await reader.until(1);
    assert.equal(point?.data.article, 'A\u2028B\u0085\u000b\u001c');
    for (const end of ['\u0085', '\u2028', '\u2029', '\u000b', '\u000c', '\u001c', '\u001d', '\u001e'])
      assert.ok(!reader.raw.includes(end));
  });

  test('are at most 60 KB an event, also for a ranked list of a thousand', async () => {
    const articles = Array.from({ length: 1000 }, (_, i) => ({
      article: `${'Long_title'.repeat(20)}${i}`,
      views: 2000 - i,
      rank: i + 1,
    }));
    await gateway.load('pageviews-top', [
      { project: 'en.wikipedia', access: 'all-access', year: '2024', month: '01', day: '05', articles },
    ]);
    const reader = await read(`${base}/metrics/pageviews/top/en.wikipedia/all-access/2024/01/05`);
    await reader.until(1000);
    for (const block of reader.raw.split('\n\n')) assert.ok(block.length < 60_000);
  });

  test('come after a heartbeat as asked, and none comes before', async () => {
    const started = performance.now();
    const reader = await read(`${base}${pathOf('Cat')}?heartbeat=2`);
    await reader.until(1);
    await until('there are three events', () => reader.events.length >= 3);
    const waited = performance.now() - started;
    assert.ok(waited > 1200 && waited < 4000, `${waited} ms`);
  });
});

describe('the end of a stream', () => {
  test('is told, is clean, and comes before a client gives up', async () => {
    const { gateway, base } = await start({ listenerLifetimeS: '2' });
    open.push(() => gateway.close());
    const reader = await read(`${base}${pathOf('Cat')}?heartbeat=1`);
    await reader.untilEnd();
    assert.ok(reader.response.complete);
    const last = reader.events.at(-1);
    assert.equal(last?.event, 'end');
    assert.equal(last?.data.reason, 'lifetime');
    assert.equal(last?.retry, 3000);
  });

  test('comes to all when a server stops, with different times to come back; nobody else gets in', async () => {
    const { gateway, base } = await start();
    open.push(() => gateway.close());
    const readers = await Promise.all(Array.from({ length: 10 }, () => read(base + pathOf('Cat'))));
    const polling = gateway.get(`${pathOf('Cat')}?wait=60`).then(({ body }) => body as { events: [] });
    await until('all listen', () => readers.every(({ events }) => events.length > 0));
    await sleep(200);
    gateway.app.drain();
    await Promise.all(readers.map((reader) => reader.untilEnd()));
    const ends = readers.map(({ events }) => events.at(-1));
    assert.deepEqual(new Set(ends.map((end) => end?.data.reason)), new Set(['draining']));
    assert.ok(new Set(ends.map((end) => end?.retry)).size > 5);
    assert.ok(ends.every((end) => (end?.retry ?? 0) >= 1000 && (end?.retry ?? 0) <= 10_000));
    assert.deepEqual((await polling).events, []);
    const late = await read(base + pathOf('Cat'));
    assert.equal(late.response.statusCode, 200);
    await late.untilEnd();
    assert.equal(late.events.at(-1)?.data.reason, 'draining');
    assert.equal((await gateway.get(`${pathOf('Cat')}?wait=1`)).status, 503);
    // Others are still answered.
    assert.equal((await gateway.get('/catalogue')).status, 200);
  });

  test('comes at once if there are too many, with 200, since clients never come back after 429', async () => {
    const { gateway, base } = await start({ listenersPerClient: '2' });
    open.push(() => gateway.close());
    const first = await read(base + pathOf('Cat'));
    await read(base + pathOf('Cat'));
    const third = await read(base + pathOf('Cat'));
    assert.equal(third.response.statusCode, 200);
    await third.untilEnd();
    const end = third.events.at(-1);
    assert.deepEqual([end?.event, end?.data.reason], ['end', 'full']);
    assert.ok((end?.retry ?? 0) >= 30_000);
    const refused = await gateway.get(`${pathOf('Cat')}?stream&format=ndjson`);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) >= 30);
    first.close();
    await sleep(200);
    assert.equal((await gateway.get(`${pathOf('Cat')}?wait=0`)).status, 200);
  });

  test('listeners don’t take the places of requests', async () => {
    const { gateway, base } = await start({ maxRequestsPerClient: '2' });
    open.push(() => gateway.close());
    for (let i = 0; i < 5; i++) await read(base + pathOf('Cat'));
    assert.equal((await gateway.get('/catalogue')).status, 200);
  });

  test('comes to one that reads too slowly, while others go on', async () => {
    const { gateway, base } = await start({ listenerBufferKb: '1' });
    open.push(() => gateway.close());
    const url = '/metrics/pageviews/top/en.wikipedia/all-access/2024/01/05';
    const list = (round: number) => ({
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '05',
      articles: Array.from({ length: 1000 }, (_, i) => ({
        article: `${'Long_title'.repeat(20)}${i}`,
        views: 100_000 + round - i,
        rank: i + 1,
      })),
    });
    await gateway.load('pageviews-top', [list(0)]);
    const fast = await read(base + url);
    const slow = await stalled(base, url);
    open.push(() => slow.destroy());
    await fast.until(1000);
    let rounds = 0;
    const ends = (): Promise<string> =>
      gateway.app.registry.getSingleMetricAsString('kraken_listener_ends_total');
    while (!(await ends()).includes('reason="slow"')) {
      assert.ok(++rounds < 30, 'never cut off');
      await gateway.load('pageviews-top', [list(rounds)]);
      await fast.until(1000 * (rounds + 1));
    }
    assert.equal(fast.ended, false);
    let text = '';
    slow.on('data', (bytes: Buffer) => (text += bytes.toString('latin1'))).resume();
    await once(slow, 'close');
    assert.match(text, /event: end\ndata: \{"reason":"slow"/);
  });
});

/** A client that asks, and then reads nothing. */
async function stalled(base: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n`);
  return socket;
}

describe('a long poll', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
    await gateway.load(METRIC, [day('Cat', 1, 5), day('Cat', 2, 6)]);
  });
  after(() => gateway.close());
  const poll = async (wait: number, id?: string) =>
    (
      await gateway.get(
        `${pathOf('Cat')}?wait=${wait}${id === undefined ? '' : `&lastEventId=${encodeURIComponent(id)}`}`,
      )
    ).body as { events: { event: string; data: object; id: string }[]; lastEventId: string };

  test('gives all rows at once, then waits for what is new', async () => {
    const first = await poll(30);
    const { items } = (await gateway.get(pathOf('Cat'))).body as { items: object[] };
    assert.deepEqual(
      first.events.map(({ data }) => data),
      items,
    );
    assert.equal(first.lastEventId, first.events.at(-1)?.id);
    const waiting = poll(30, first.lastEventId);
    await sleep(200);
    await gateway.load(METRIC, [day('Cat', 3, 7)]);
    const second = await waiting;
    assert.deepEqual(
      second.events.map(({ event, data }) => [event, data]),
      [['point', day('Cat', 3, 7)]],
    );
    assert.deepEqual((await poll(0, second.lastEventId)).events, []);
    // From the middle of the first answer.
    const [one] = first.events;
    assert.deepEqual(
      (await poll(0, one?.id)).events.map(({ data }) => data),
      [day('Cat', 2, 6), day('Cat', 3, 7)],
    );
  });

  test('comes back without events when its time is over', async () => {
    const { lastEventId } = await poll(0);
    const started = performance.now();
    const { events, lastEventId: same } = await poll(1, lastEventId);
    assert.ok(performance.now() - started > 900);
    assert.deepEqual(events, []);
    assert.equal(same, lastEventId);
  });
});

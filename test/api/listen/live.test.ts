import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '../../../src/core/time/time.ts';
import { liveGateway } from '../../live/live-gateway.ts';
import { type Event, listen, Reader } from './events.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const WEEK = '/metrics/pageviews/per-article/blog.example.net/all-access/user/%2Fa/daily/20261123';

const shown = ({ event, data }: Event): string => {
  const { timestamp, views, provisional } = data as Record<string, string>;
  return `${event} ${timestamp} ${views}${provisional ? ' open' : ''}`;
};

test('an open period is provisional while it grows, and a point when it is closed', async (t) => {
  const live = await liveGateway(t, NOON + 30_000);
  const { lake, gateway } = live;
  const readers: Reader[] = [];
  t.after(() => readers.forEach((reader) => reader.close()));
  const base = await listen(gateway);
  const open = async (url: string, id?: string): Promise<Reader> => {
    const reader = await Reader.open(base + url, id === undefined ? {} : { 'last-event-id': id });
    readers.push(reader);
    return reader;
  };
  const view = (backMs: number) => ({ dt: new Date(lake.clock.ms - backMs).toISOString(), uri_path: '/a' });
  const count = async (): Promise<void> => {
    await live.goOn();
    gateway.app.road.watch.changes.changed();
  };
  await lake.requests(view(DAY_MS), view(DAY_MS), view(HOUR_MS));
  await live.publish();
  await count();

  const reader = await open(`${WEEK}/now?heartbeat=1`);
  assert.deepEqual((await reader.until(2)).map(shown), [
    'point 2026112800 2',
    'provisional 2026112900 1 open',
  ]);
  // Each row is as REST has it.
  const { items } = (await gateway.get(`${WEEK}/now`)).body as { items: object[] };
  assert.deepEqual(
    (await reader.until(2)).map(({ data }) => data),
    items,
  );
  await lake.requests(view(0));
  await count();
  const third = (await reader.until(3))[2];
  assert.equal(third && shown(third), 'provisional 2026112900 2 open');
  // A heartbeat says as of when the numbers are right, also if none changes.
  for (let i = 0; i < 6; i++) await count();
  const right = async (): Promise<unknown> => {
    const sent = await gateway.get(`${WEEK}/now`);
    return (sent.body as { items: { asOf?: string }[] }).items.at(-1)?.asOf;
  };
  assert.notEqual(await right(), third?.data.asOf);
  const rightAsOf = await right();
  await reader.heartbeat(({ asOf }) => asOf === rightAsOf);
  // So does one of several answers, whichever of them is open.
  const questions = [`${WEEK}/20261128`, `${WEEK}/now`].map((q) => `&q=${encodeURIComponent(q)}`);
  const joined = await open(`/stream?heartbeat=1${questions.join('')}`);
  assert.equal((await joined.heartbeat(() => true)).asOf, rightAsOf);
  await joined.heartbeat(({ asOf }) => asOf === rightAsOf);
  const closedOnly = await open(`/stream?heartbeat=1${questions[0]}${questions[0]}`);
  assert.equal((await closedOnly.heartbeat(() => true)).asOf, undefined);

  // Who comes back is told what is provisional only if it is another number.
  const same = await open(`${WEEK}/now`, third?.id);
  const older = await open(`${WEEK}/now`, (await reader.until(2))[1]?.id);
  const closed = await open(`${WEEK}/now`, (await reader.until(1))[0]?.id);
  const now = 'provisional 2026112900 2 open';
  assert.deepEqual((await older.until(1)).map(shown), [now]);
  assert.deepEqual((await closed.until(1)).map(shown), [now]);
  await lake.requests(view(0));
  await count();
  const grown = ['provisional 2026112900 3 open'];
  assert.deepEqual((await same.until(1)).map(shown), grown);

  // What was provisional is a point once it is closed, whatever its number.
  lake.clock.ms += DAY_MS;
  await lake.requests(view(0));
  await live.publish();
  await count();
  const last = async (follower: Reader, type: string): Promise<string[]> => {
    for (;;) {
      const found = follower.events.filter(({ event }) => event === type).map(shown);
      if (found.some((text) => text.includes(type === 'point' ? '2026112900' : '2026113000'))) return found;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  assert.deepEqual(await last(same, 'point'), ['point 2026112900 3']);
  assert.equal((await last(same, 'provisional')).at(-1), 'provisional 2026113000 1 open');
  assert.deepEqual(
    same.events.filter(({ event }) => event === 'correction' || event === 'reset'),
    [],
  );
  const late = await open(`${WEEK}/now`, third?.id);
  assert.deepEqual((await late.until(2)).map(shown), ['point 2026112900 3', 'provisional 2026113000 1 open']);
});

test('a stream says why nothing is counted', async (t) => {
  const { gateway } = await liveGateway(t, NOON);
  const reader = await Reader.open(`${await listen(gateway)}${WEEK}/20261130?live`);
  t.after(() => reader.close());
  while (reader.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.match(String(reader.events[0]?.data.hint), /counted|loaded/);
});

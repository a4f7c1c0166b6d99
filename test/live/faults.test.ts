import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogDamageError } from '../../src/log/log-errors.ts';
import type { Counting, NotCounting } from '../../src/core/question/counting.ts';
import { SIGNAL } from '../load/engines.ts';
import { liveGateway } from './live-gateway.ts';

const AT = Date.UTC(2026, 10, 29, 12, 30);
const DAY = '/metrics/pageviews/aggregate/blog.example.net/all-access/all-agents/daily/20261101/now';

test('more than may be held is not counted: closed periods are answered, and the rest when it is loaded', async (t) => {
  const { lake, gateway, open, goOn, publish } = await liveGateway(t, AT, { maxRows: 3 });
  const dt = new Date(AT).toISOString();
  await lake.pageviews({ dt: new Date(AT - 86_400_000).toISOString() });
  await publish();
  await goOn();
  await lake.pageviews({ dt }, { dt }, { dt }, { dt });
  await goOn();
  assert.match((open.counter.counting as NotCounting).why, /More than 3 page views.*KRAKEN_LIVE_ROWS/);
  assert.equal(open.counter.held, 0);
  const { payload } = await gateway.app.admin.inject('/readyz');
  assert.match(payload, /^ok\nMore than 3 page views/);
  const answer = await gateway.get(DAY).expect(200);
  assert.deepEqual(
    (answer.body as { items: { views: number }[] }).items.map(({ views }) => views),
    [1],
  );
  assert.match(answer.headers['kraken-hint'] as string, /More than 3 page views/);
  const metadata = await gateway.get(DAY.replace('/now', '/now.metadata.json')).expect(200);
  assert.match((metadata.body as { notCounted: string }).notCounted, /More than 3/);
  await goOn();
  assert.ok('why' in open.counter.counting, 'it rests for a while');
  await publish();
  lake.clock.ms += 31_000;
  await goOn();
  await lake.pageviews({ dt });
  await goOn();
  const { body } = (await gateway.get(DAY).expect(200)) as { body: unknown };
  assert.deepEqual(
    (body as { items: { views: number }[] }).items.map(({ views }) => views),
    [1, 5],
  );
});

test('while the log is away, numbers stand still and say so; after that they are right', async (t) => {
  const { lake, open, goOn, gateway } = await liveGateway(t, AT);
  const dt = new Date(AT).toISOString();
  await lake.pageviews({ dt });
  await goOn();
  const asOf = async (): Promise<string> => {
    const { body } = (await gateway.get(DAY).expect(200)) as { body: unknown };
    const [item] = (body as { items: { views: number; asOf: string }[] }).items;
    return `${item?.views} ${item?.asOf.slice(11, 19)}`;
  };
  assert.equal(await asOf(), '1 12:30:01');
  const { log } = lake;
  const read = log.read.bind(log);
  log.read = () => Promise.reject(new LogDamageError({ stream: 'pageview', partition: 0 }, 0, 1));
  await lake.pageviews({ dt });
  for (let i = 0; i < 3; i++) {
    lake.clock.ms += 10_000;
    await assert.rejects(open.counter.round(SIGNAL), LogDamageError);
  }
  assert.equal(await asOf(), '1 12:30:01');
  assert.equal((open.counter.counting as Counting).asOfMs, AT + 1_000);
  const readyz = async (): Promise<string> => (await gateway.app.admin.inject('/readyz')).payload;
  assert.match(
    await readyz(),
    /^ok\nOpen periods are counted only up to 2026-11-29T12:30:01\.000Z, 30 seconds/,
  );
  log.read = read;
  await goOn();
  assert.equal(await asOf(), '2 12:30:32');
  assert.equal(await readyz(), 'ok\n');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '../../src/core/time/time.ts';
import { liveGateway } from './live-gateway.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const ARTICLE = '/metrics/pageviews/per-article/blog.example.net/all-access/user/%2Fa/daily';

interface Item {
  readonly timestamp: string;
  readonly views: number;
  readonly provisional?: true;
  readonly asOf?: string;
}

test('a series has its open periods where it is asked for them', async (t) => {
  const { lake, gateway, goOn, publish } = await liveGateway(t, NOON + 30_000);
  const items = async (url: string): Promise<string[]> => {
    const { body } = (await gateway.get(url).expect(200)) as { body: unknown };
    return (body as { items: Item[] }).items.map(
      ({ timestamp, views, provisional, asOf }) =>
        `${timestamp} ${views}${provisional ? ` open ${asOf?.slice(11, 19)}` : ''}`,
    );
  };
  const view = (backMs: number, path = '/a') => ({
    dt: new Date(lake.clock.ms - backMs).toISOString(),
    uri_path: path,
  });
  await lake.requests(view(DAY_MS), view(DAY_MS), view(HOUR_MS));
  await publish();
  await goOn();
  const week = `${ARTICLE}/20261123`;
  const closed = ['2026112800 2'];
  assert.deepEqual(await items(`${week}/20261130`), closed);
  assert.deepEqual(await items(`${week}/latest`), closed);
  assert.deepEqual(await items(`${week}/now`), [...closed, '2026112900 1 open 12:00:31']);
  assert.deepEqual(await items(`${week}/20261130?live`), [...closed, '2026112900 1 open 12:00:31']);
  assert.deepEqual(await items(`${week}/latest?live=true`), closed);
  assert.deepEqual(await items(`${week}/20261130?live=false`), closed);
  await lake.requests(view(0), view(0, '/b'));
  await lake.pageviews({ dt: new Date(lake.clock.ms).toISOString(), path: '/a' });
  await goOn();
  assert.deepEqual(await items(`${week}/now`), [...closed, '2026112900 3 open 12:00:32']);
  assert.deepEqual(await items(`${week}/20261130`), closed);
  const hours = '/metrics/pageviews/aggregate/blog.example.net/all-access/all-agents/hourly/2026112900/now';
  assert.deepEqual(await items(hours), ['2026112911 1', '2026112912 3 open 12:00:32']);
  assert.deepEqual((await items(`${hours}?fill=zero`)).slice(-2), [
    '2026112911 1',
    '2026112912 3 open 12:00:32',
  ]);
  // What was provisional is what is published once it is closed.
  lake.clock.ms += DAY_MS;
  await lake.requests(view(0));
  await publish();
  await goOn();
  assert.deepEqual(await items(`${week}/20261130`), [...closed, '2026112900 3']);
  assert.deepEqual(await items(`${week}/now`), [...closed, '2026112900 3', '2026113000 1 open 12:00:33']);
  const sent = await gateway.get(`${week}/now`).expect(200);
  assert.equal(sent.headers['cache-control'], 's-maxage=1, max-age=1');
});

test('a site that has nothing published yet has its hours, days and lists', async (t) => {
  const { lake, gateway, goOn } = await liveGateway(t, NOON + 30_000);
  await lake.pageviews({ dt: new Date(lake.clock.ms).toISOString(), path: '/a' });
  await goOn();
  await goOn();
  // A metric without open periods comes first: tables that nothing was loaded into have one state.
  await gateway.get('/query?metric=edits-aggregate&range=-1d..now').expect(200);
  for (const url of [
    `${ARTICLE}/20261101/now`,
    '/metrics/pageviews/aggregate/blog.example.net/all-access/user/hourly/2026112900/now',
    '/metrics/pageviews/aggregate/blog.example.net/all-access/user/daily/20261129/now',
    '/metrics/pageviews/top/blog.example.net/all-access/2026/11/29?live',
  ]) {
    const { text } = await gateway.get(url).expect(200);
    assert.match(text, /"views":1.*"provisional":true/, url);
  }
  await gateway
    .get('/metrics/pageviews/aggregate/other.example/all-access/user/daily/20261129/now')
    .expect(404);
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { DAY_MS } from '../../src/core/time/time.ts';
import { day, METRIC } from '../api/listen/rows.ts';
import { startGateway } from '../support/gateway.ts';
import { liveGateway, type LiveGateway } from './live-gateway.ts';

const AT = Date.UTC(2026, 10, 29, 12, 30);
const OPEN = { provisional: true, asOf: '2026-11-29T12:30:01.000Z' };

/** A blog with two views yesterday, published, and some today, which are counted. */
async function blog(t: TestContext): Promise<LiveGateway> {
  const live = await liveGateway(t, AT);
  const { lake, publish, goOn } = live;
  const yesterday = new Date(AT - DAY_MS).toISOString();
  const now = new Date(AT).toISOString();
  await lake.requests({ dt: yesterday, uri_path: '/a' }, { dt: yesterday, uri_path: '/b' });
  await publish();
  await lake.pageviews(
    { dt: now, path: '/a', no_cookies: true, address: '192.0.2.7' },
    { dt: now, path: '/a', no_cookies: false },
    { dt: now, path: '/c', no_cookies: false, last_access: '28-Nov-2026' },
  );
  await goOn();
  return live;
}

test('lists and devices of the open day are counted', async (t) => {
  const { gateway } = await blog(t);
  const top = '/metrics/pageviews/top/blog.example.net/all-access/2026/11';
  await gateway.get(`${top}/29`).expect(404);
  const { body } = (await gateway.get(`${top}/29?live`).expect(200)) as { body: unknown };
  assert.deepEqual(body, {
    items: [
      {
        project: 'blog.example.net',
        access: 'all-access',
        year: '2026',
        month: '11',
        day: '29',
        articles: [
          { article: '/a', views: 2, rank: 1 },
          { article: '/c', views: 1, rank: 2 },
        ],
        ...OPEN,
      },
    ],
  });
  const closed = await gateway.get(`${top}/28?live`).expect(200);
  assert.equal(JSON.stringify(closed.body), JSON.stringify((await gateway.get(`${top}/28`)).body));
  const devices = await gateway
    .get('/metrics/unique-devices/blog.example.net/all-sites/daily/20261129/now')
    .expect(200);
  const [item] = (devices.body as { items: object[] }).items;
  assert.deepEqual(item, {
    project: 'blog.example.net',
    'access-site': 'all-sites',
    granularity: 'daily',
    timestamp: '20261129',
    devices: 3,
    offset: 1,
    underestimate: 2,
    ...OPEN,
  });
});

test('/query has open periods by key and by statement', async (t) => {
  const { gateway } = await blog(t);
  const rows = async (query: string): Promise<unknown> => {
    const answer = await gateway
      .get(`/query?metric=pageviews-per-article&where.project=blog.example.net&${query}`)
      .expect(200);
    return (answer.body as { rows: unknown }).rows;
  };
  const byDay = 'grain=daily&by=article&order=timestamp,article';
  const closed = [
    { article: '/a', timestamp: '2026-11-28', views: 1 },
    { article: '/b', timestamp: '2026-11-28', views: 1 },
  ];
  const open = [
    { article: '/a', timestamp: '2026-11-29', views: 2, ...OPEN },
    { article: '/c', timestamp: '2026-11-29', views: 1, ...OPEN },
  ];
  assert.deepEqual(await rows(`${byDay}&range=2026-11-01..2026-11-30`), closed);
  assert.deepEqual(await rows(`${byDay}&range=-7d`), closed);
  assert.deepEqual(await rows(`${byDay}&range=-7d..now`), [...closed, ...open]);
  assert.deepEqual(await rows(`${byDay}&range=2026-11-01..2026-11-30&live=true`), [...closed, ...open]);
  assert.deepEqual(await rows('by=article&range=-7d..now&order=-views,article'), [
    { article: '/a', views: 3, ...OPEN },
    { article: '/b', views: 1, ...OPEN },
    { article: '/c', views: 1, ...OPEN },
  ]);
  assert.deepEqual(await rows('where.article=/a&grain=daily&range=-7d..now'), [
    { timestamp: '2026-11-28', views: 1 },
    { timestamp: '2026-11-29', views: 2, ...OPEN },
  ]);
  assert.deepEqual(await rows('where.article=/a&range=-7d..now'), [{ views: 3, ...OPEN }]);
  // A page of rows, and the next.
  const first = await gateway
    .get(
      `/query?metric=pageviews-per-article&where.project=blog.example.net&${byDay}&range=-7d..now&limit=3&total=true`,
    )
    .expect(200);
  const { cursor, total, open: about } = first.body as { cursor: string; total: unknown; open: unknown };
  assert.deepEqual(total, { article: null, timestamp: null, views: 5, ...OPEN });
  assert.deepEqual(about, { from: '2026-11-29', asOf: OPEN.asOf });
  assert.deepEqual(
    await rows(`${byDay}&range=-7d..now&limit=3&total=true&cursor=${encodeURIComponent(cursor)}`),
    [open[1]],
  );
});

test('GraphQL has open periods', async (t) => {
  const { gateway } = await blog(t);
  const query = `{
    project(name: "blog.example.net") {
      pageviewsPerArticle(article: "/a", access: ALL_ACCESS, agent: USER, start: "2026-11-01", end: "now") {
        views open { from asOf }
      }
      closed: pageviewsPerArticle(article: "/a", access: ALL_ACCESS, agent: USER, start: "2026-11-01") {
        views open { from asOf }
      }
      pageviewsTop(access: ALL_ACCESS, date: "2026-11-29", live: true) { entries { article views } open { from } }
    }
    query(input: { metric: "pageviews-aggregate", where: [{ dimension: "project", values: ["blog.example.net"] }], grain: "daily", range: "-7d..now" }) {
      rows { timestamp provisional } open { from }
    }
  }`;
  const { body } = (await gateway.agent().post('/graphql').send({ query })) as { body: unknown };
  assert.deepEqual((body as { data: unknown }).data, {
    project: {
      pageviewsPerArticle: { views: [1, 2], open: { from: '2026-11-29', asOf: OPEN.asOf } },
      closed: { views: [1], open: null },
      pageviewsTop: {
        entries: [
          { article: '/a', views: 2 },
          { article: '/c', views: 1 },
        ],
        open: { from: '2026-11-29' },
      },
    },
    query: {
      rows: [
        { timestamp: '2026-11-28', provisional: false },
        { timestamp: '2026-11-29', provisional: true },
      ],
      open: { from: '2026-11-29' },
    },
  });
});

test('mistakes name the parameter', async (t) => {
  const { gateway } = await blog(t);
  const series = '/metrics/pageviews/per-article/blog.example.net/all-access/user/%2Fa/daily/20261101';
  for (const url of [
    `${series}/20261130?live=maybe`,
    `${series}/20261130?live&asOf=-1d`,
    '/metrics/edits/aggregate/en.wikipedia/all-editor-types/all-page-types/daily/20261101/20261130?live',
    '/query?metric=edits-aggregate&range=-7d&live=true',
  ]) {
    const { body } = (await gateway.get(url).expect(400)) as { body: unknown };
    assert.equal((body as { parameter?: string }).parameter, 'live', url);
  }
  await gateway.get(`${series.replace('/20261101', '/now')}/20261130`).expect(400);
});

test('a gateway that counts nothing answers the closed periods and says so', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.close());
  await gateway.load(METRIC, [day('Cat', 1, 3)]);
  const url = '/metrics/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101';
  const { body: closed } = (await gateway.get(`${url}/20240102`).expect(200)) as { body: unknown };
  const live = await gateway.get(`${url}/20240102?live`).expect(200);
  assert.deepEqual(live.body, closed);
  assert.match(live.headers['kraken-hint'] as string, /KRAKEN_COLLECT/);
  const now = await gateway.get(`${url}/now`).expect(200);
  assert.deepEqual(now.body, closed);
  assert.equal(now.headers['kraken-hint'], undefined);
});

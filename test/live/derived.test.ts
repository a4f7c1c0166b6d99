import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { DAY_MS } from '../../src/core/time/time.ts';
import { liveGateway, type LiveGateway } from './live-gateway.ts';

/* Derived measures of periods that are still under way. */

const AT = Date.UTC(2026, 10, 29, 12, 30);
const OPEN = { provisional: true, asOf: '2026-11-29T12:30:01.000Z' };

/** A blog with three views yesterday, published, and three today, which are counted. */
async function blog(t: TestContext): Promise<LiveGateway> {
  const live = await liveGateway(t, AT);
  const { lake, publish, goOn } = live;
  const yesterday = new Date(AT - DAY_MS).toISOString();
  const now = new Date(AT).toISOString();
  const views = (dt: string, ...paths: string[]) => paths.map((uri_path) => ({ dt, uri_path }));
  await lake.requests(...views(yesterday, '/a', '/b', '/b'));
  await publish();
  await lake.pageviews(...['/a', '/a', '/b'].map((path) => ({ dt: now, path, no_cookies: false })));
  await goOn();
  return live;
}

const BASE = '/query?metric=pageviews-per-article&where.project=blog.example.net';

interface Answered {
  readonly rows?: unknown;
  readonly parameter?: string;
  readonly detail?: string;
}

test('they are computed of the counted numbers, and say that these are provisional', async (t) => {
  const { gateway } = await blog(t);
  const rows = async (query: string): Promise<unknown> =>
    ((await gateway.get(`${BASE}&${query}`).expect(200)).body as Answered).rows;
  assert.deepEqual(await rows('grain=daily&range=-1d..now&measures=views_cumulative'), [
    { timestamp: '2026-11-28', views_cumulative: 3 },
    { timestamp: '2026-11-29', views_cumulative: 6, ...OPEN },
  ]);
  assert.deepEqual(
    await rows(
      'by=article&range=2026-11-29&live=true&compare=previous&measures=views_growth,views_share,views_rank',
    ),
    [
      { article: '/a', views_growth: 1, views_share: 2 / 3, views_rank: 1, ...OPEN },
      { article: '/b', views_growth: -0.5, views_share: 1 / 3, views_rank: 2, ...OPEN },
    ],
  );
  assert.deepEqual(await rows('by=article&range=2026-11-29&live=true&top=1&others=true&having=views>=1'), [
    { article: '/a', views: 2, ...OPEN },
    { article: null, views: 1, others: true, ...OPEN },
  ]);
});

test('a ratio of two metrics is refused where it has an open period, by the parameter that asks for it', async (t) => {
  const { gateway } = await blog(t);
  const refusal = async (query: string): Promise<Answered> =>
    (await gateway.get(`${BASE}&measures=views_per_unique-devices&${query}`).expect(400)).body as Answered;
  const byOption = await refusal('grain=daily&range=2026-11-29&live=true');
  assert.equal(byOption.parameter, 'live');
  assert.match(byOption.detail ?? '', /closed periods: leave out live/);
  const byEnd = await refusal('grain=daily&range=-7d..now');
  assert.equal(byEnd.parameter, 'range.end');
  assert.match(byEnd.detail ?? '', /end the range at latest/);
});

test('a range that ends now, of a metric or a grain that isn’t counted, is that of closed periods', async (t) => {
  const { gateway } = await blog(t);
  const weekly = await gateway
    .get(`${BASE}&measures=views_per_unique-devices&grain=weekly&range=2026-11-01..now`)
    .expect(400);
  // Unique devices have no weeks: that is the mistake, not that the range ends now.
  assert.notEqual((weekly.body as Answered).parameter, 'range.end');
  await gateway
    .get(
      '/query?metric=edits-aggregate&where.project=de.wikipedia&measures=edits_per_editors-aggregate&grain=monthly&range=-90d..now',
    )
    .expect(200);
});

test('a followed answer has them; a ratio of two metrics can’t be followed', async (t) => {
  const { gateway } = await blog(t);
  const response = await gateway
    .get(`${BASE}&measures=views_per_unique-devices&grain=daily&range=2026-11-28`)
    .set('accept', 'text/event-stream')
    .expect(400);
  assert.equal((response.body as Answered).parameter, 'measures');
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Metric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import type { Grain } from '../../src/core/time/time.ts';
import { aggregate } from '../../src/load/aggregate.ts';
import { OtherSourceError } from '../../src/load/one-source.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { clickstream } from '../../src/metrics/clickstream.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { visitorsTopBrowsers } from '../../src/metrics/visitors-top-browsers.ts';
import { pageviewsTopByCountry } from '../../src/metrics/pageviews-top-by-country.ts';
import { visitorsTopReferers } from '../../src/metrics/visitors-top-referers.ts';
import { pageviewsTopPerCountry } from '../../src/metrics/pageviews-top-per-country.ts';
import { MOST_VIEWED_IN_COUNTRIES } from '../../src/metrics/view-family.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';
import { viewSource } from '../../src/refine/view-source.ts';
import {
  at,
  type Engines,
  enginesIn,
  exported,
  importText,
  SIGNAL,
  storedList,
  storedSeries,
} from '../load/engines.ts';
import { WRITER } from '../load/event-files.ts';
import { temporaryFolder } from '../load/files.ts';
import { type View, writeViews } from './view-table.ts';

const BLOG = 'blog.example.net';

/** Makes the metrics of a table of views. */
async function made(t: TestContext, views: readonly View[], closed: string): Promise<Engines> {
  const folder = temporaryFolder(t);
  const engines = await enginesIn(t, folder);
  const lake = join(folder, 'lake');
  await writeViews(lake, views, closed);
  await aggregate({ ...WRITER, ...engines, metrics: METRICS, views: () => viewSource(lake) });
  return engines;
}

/** The rows of a metric for the blog, `dimension … number …` each. */
async function rowsOf({ warehouse }: Engines, metric: Metric, grain: Grain, date: string): Promise<string[]> {
  const found: string[] = [];
  const where = [{ column: 'project', values: [BLOG] }];
  const period = at(grain, date);
  for await (const rows of warehouse.select(
    { table: tableOf(metric), grain, first: period, last: period, where },
    SIGNAL,
  ))
    for (let i = 0; i < rows.length; i++) {
      const texts = [...rows.dimensions.slice(1), ...rows.entry].map((column) => column[i]);
      found.push([...texts, ...rows.measures.map((column) => column[i])].join(' '));
    }
  return found;
}

const VIEWS: readonly View[] = [
  { dt: '2026-11-20T08:00:01.000Z', article: '/meadow' },
  { dt: '2026-11-20T08:10:00.000Z', article: '/meadow', access: 'mobile-web' },
  { dt: '2026-11-20T09:00:00.000Z', article: '/meadow', agent: 'spider' },
  { dt: '2026-11-20T23:59:59.999Z', article: '/pond' },
  { dt: '2026-11-21T00:00:00.000Z', article: '/pond' },
  { dt: '2026-11-21T01:00:00.000Z', article: '/pond', project: 'other.example' },
];

void test('views are counted by article, access and agent, with totals', async (t) => {
  const engines = await made(t, VIEWS, '2026-11-22T00:00:00Z');
  assert.deepEqual(await rowsOf(engines, pageviewsPerArticle, 'daily', '2026-11-20'), [
    'all-access all-agents /meadow 3',
    'all-access all-agents /pond 1',
    'all-access spider /meadow 1',
    'all-access user /meadow 2',
    'all-access user /pond 1',
    'desktop all-agents /meadow 2',
    'desktop all-agents /pond 1',
    'desktop spider /meadow 1',
    'desktop user /meadow 1',
    'desktop user /pond 1',
    'mobile-web all-agents /meadow 1',
    'mobile-web user /meadow 1',
  ]);
});

void test('views of a project are counted by hours and days', async (t) => {
  const engines = await made(t, VIEWS, '2026-11-22T00:00:00Z');
  const total = (rows: string[]) => rows.find((row) => row.startsWith('all-access all-agents'));
  assert.equal(
    total(await rowsOf(engines, pageviewsAggregate, 'daily', '2026-11-20')),
    'all-access all-agents 4',
  );
  assert.equal(
    total(await rowsOf(engines, pageviewsAggregate, 'daily', '2026-11-21')),
    'all-access all-agents 1',
  );
  const hour = await rowsOf(engines, pageviewsAggregate, 'hourly', '2026-11-20T08:00:00Z');
  assert.equal(total(hour), 'all-access all-agents 2');
});

void test('lists rank what people viewed', async (t) => {
  const engines = await made(t, VIEWS, '2026-11-22T00:00:00Z');
  assert.deepEqual(await rowsOf(engines, pageviewsTop, 'daily', '2026-11-20'), [
    'all-access /meadow 2',
    'all-access /pond 1',
    'desktop /meadow 1',
    'desktop /pond 1',
    'mobile-web /meadow 1',
  ]);
});

void test('a period has no rows until its last hour is closed', async (t) => {
  const open = await made(t, VIEWS, '2026-11-21T02:00:00Z');
  assert.equal((await rowsOf(open, pageviewsAggregate, 'hourly', '2026-11-21T00:00:00Z')).length, 4);
  assert.deepEqual(await rowsOf(open, pageviewsAggregate, 'daily', '2026-11-21'), []);
  assert.deepEqual(await rowsOf(open, pageviewsAggregate, 'monthly', '2026-11-01'), []);
  const closed = await made(t, VIEWS, '2026-12-01T00:00:00Z');
  assert.equal(
    (await rowsOf(closed, pageviewsAggregate, 'monthly', '2026-11-01'))[0],
    'all-access all-agents 5',
  );
});

void test('a month is made when it is over, although nobody came on its last days', async (t) => {
  const folder = temporaryFolder(t);
  const engines = await enginesIn(t, folder);
  const lake = join(folder, 'lake');
  for (const closed of ['2026-11-22T00:00:00Z', '2026-12-01T00:00:00Z']) {
    await writeViews(lake, VIEWS, closed);
    await aggregate({ ...WRITER, ...engines, metrics: METRICS, views: () => viewSource(lake) });
  }
  assert.equal(
    (await rowsOf(engines, pageviewsAggregate, 'monthly', '2026-11-01'))[0],
    'all-access all-agents 5',
  );
  const { tables } = await engines.warehouse.states(SIGNAL);
  assert.deepEqual(tables.get('pageviews_aggregate')?.coverage.get('daily')?.get(BLOG), [
    { first: at('daily', '2026-11-20'), last: at('daily', '2026-11-20'), complete: false },
    { first: at('daily', '2026-11-21'), last: at('daily', '2026-11-30'), complete: true },
  ]);
});

void test('a later version of the views makes only its own days again', async (t) => {
  const folder = temporaryFolder(t);
  const engines = await enginesIn(t, folder);
  const lake = join(folder, 'lake');
  const run = async (views: readonly View[], closed: string, version: number) => {
    await writeViews(lake, views, closed, version);
    const metrics = [pageviewsAggregate];
    const [done] = await aggregate({ ...WRITER, ...engines, metrics, views: () => viewSource(lake) });
    return done?.made.map(({ grain, spans }) => ({ grain, spans }));
  };
  await run(VIEWS, '2026-11-21T00:00:00Z', 1);
  assert.deepEqual(await run(VIEWS, '2026-11-21T00:00:00Z', 1), []);
  const day = at('daily', '2026-11-20');
  assert.deepEqual(await run(VIEWS.slice(0, 3), '2026-11-21T00:00:00Z', 2), [
    { grain: 'hourly', spans: [{ first: day * 24, last: day * 24 + 23 }] },
    { grain: 'daily', spans: [{ first: day, last: day }] },
  ]);
  assert.equal(
    (await rowsOf(engines, pageviewsAggregate, 'daily', '2026-11-20'))[0],
    'all-access all-agents 3',
  );
});

void test('devices are those that the cookie says were here earlier, and actors seen once without cookies', async (t) => {
  const dt = '2026-11-20T10:00:00.000Z';
  const views: View[] = [
    { dt, actor: 'a', last_access: '20261119', no_cookies: 'false' },
    // Later that day its cookie names today.
    { dt, actor: 'a', last_access: '20261120', no_cookies: 'false' },
    { dt, actor: 'b', no_cookies: 'false' },
    { dt, actor: 'c', no_cookies: 'true', access: 'mobile-web' },
    // This one takes no cookies, and is not fresh.
    { dt, actor: 'd', no_cookies: 'true' },
    { dt, actor: 'd', no_cookies: 'true' },
    { dt, actor: 'e', no_cookies: 'true', agent: 'spider' },
    { dt, actor: 'f' },
  ];
  const engines = await made(t, views, '2026-11-21T00:00:00Z');
  assert.deepEqual(await rowsOf(engines, uniqueDevices, 'daily', '2026-11-20'), [
    'all-sites 3 1 2',
    'desktop-site 2 0 2',
    'mobile-site 1 1 0',
  ]);
});

void test('in a month, devices are those that the cookie says were here before it, and nobody knows how many came once', async (t) => {
  const views: View[] = [
    { dt: '2026-11-20T10:00:00.000Z', last_access: '20261031', no_cookies: 'false' },
    { dt: '2026-11-20T10:00:00.000Z', last_access: '20261119', no_cookies: 'false' },
    { dt: '2026-11-21T10:00:00.000Z', last_access: '20261120', no_cookies: 'false' },
    { dt: '2026-11-21T10:00:00.000Z', no_cookies: 'false', access: 'mobile-web' },
    { dt: '2026-11-21T10:00:00.000Z', actor: 'a', no_cookies: 'true' },
    { dt: '2026-11-21T10:00:00.000Z', last_access: '20261031', project: 'other.example', no_cookies: '' },
  ];
  const engines = await made(t, views, '2026-12-01T00:00:00Z');
  assert.deepEqual(await rowsOf(engines, uniqueDevices, 'monthly', '2026-11-01'), [
    'all-sites NaN NaN 2',
    'desktop-site NaN NaN 1',
    'mobile-site NaN NaN 1',
  ]);
  assert.deepEqual(await rowsOf(engines, uniqueDevices, 'daily', '2026-11-20'), [
    'all-sites 2 0 2',
    'desktop-site 2 0 2',
  ]);
  const values = [BLOG, 'all-sites'];
  const month = ['monthly', '2026-11-01', '2026-11-01'] as const;
  assert.deepEqual(await storedSeries(engines.store, uniqueDevices, values, ...month), ['0 NaN NaN 2']);
  // A number that isn't known doesn't become zero on its way through a file.
  for (const format of ['ndjson', 'csv'] as const) {
    const file = await exported(t, engines.warehouse, uniqueDevices, { format, grain: 'monthly' });
    const others = await enginesIn(t, temporaryFolder(t));
    await importText(t, others, uniqueDevices, file);
    assert.deepEqual(await storedSeries(others.store, uniqueDevices, values, ...month), ['0 NaN NaN 2']);
  }
});

/** So many equal views. */
function times(count: number, view: Partial<View>): View[] {
  return Array.from({ length: count }, () => ({ dt: '2026-11-20T10:00:00.000Z', ...view }));
}

void test('referers and browsers are listed by tens, without those of fewer than ten views', async (t) => {
  const views = [
    ...times(11, {
      referer_class: 'search-engine',
      referer_host: 'search.example',
      browser_family: 'Firefox',
      os_family: 'Linux',
    }),
    ...times(10, { browser_family: 'Chrome', os_family: 'Android' }),
    ...times(9, { referer_class: 'external', referer_host: 'friend.example', browser_family: 'Lynx' }),
    ...times(30, { referer_class: 'internal', referer_host: BLOG, agent: 'spider' }),
  ];
  const engines = await made(t, views, '2026-11-21T00:00:00Z');
  const all = (rows: string[]) => rows.filter((row) => row.startsWith('all-access'));
  assert.deepEqual(all(await rowsOf(engines, visitorsTopReferers, 'daily', '2026-11-20')), [
    'all-access search.example search-engine 20',
    'all-access none none 10',
  ]);
  assert.deepEqual(all(await rowsOf(engines, visitorsTopBrowsers, 'daily', '2026-11-20')), [
    'all-access Firefox Linux 20',
    'all-access Chrome Android 10',
  ]);
});

void test('the clickstream tells from which page or kind of site the readers of a page came', async (t) => {
  const views = [
    ...times(12, { article: '/pond', referer_class: 'internal', previous: '/meadow' }),
    ...times(11, { article: '/pond', referer_class: 'search-engine' }),
    ...times(10, { article: '/pond', referer_class: 'ai-chatbot' }),
    ...times(9, { article: '/pond' }),
    ...times(20, { article: '/pond', agent: 'automated' }),
  ];
  const engines = await made(t, views, '2026-11-21T00:00:00Z');
  assert.deepEqual(await storedList(engines.store, clickstream, [BLOG, '/pond'], 'daily', '2026-11-20'), [
    '/meadow 1 12',
    'other-search 2 11',
    'other-external 3 10',
  ]);
});

void test('countries are ranked by their exact counts, and shown rounded up from 100 views on', async (t) => {
  const views = [
    ...times(1100, { country: 'NL' }),
    ...times(1500, { country: 'FR' }),
    ...times(99, { country: 'DE' }),
    ...times(500, {}),
  ];
  const engines = await made(t, views, '2026-12-01T00:00:00Z');
  const list = [BLOG, 'all-access'];
  assert.deepEqual(await storedList(engines.store, pageviewsTopByCountry, list, 'monthly', '2026-11-01'), [
    'FR 1 2000',
    'NL 2 2000',
  ]);
});

/** Views of a page by so many actors, each once. */
function byActors(count: number, view: Partial<View>): View[] {
  return times(count, view).map((each, i) => ({ ...each, actor: `${i}` }));
}

void test('a country lists the pages that more than 1000 actors viewed, by their exact counts, rounded up', async (t) => {
  const views = [
    ...byActors(1001, { country: 'FR', article: '/meadow' }),
    // A second view of the same actors counts.
    ...byActors(99, { country: 'FR', article: '/meadow', access: 'mobile-web' }),
    ...byActors(1001, { country: 'FR', article: '/meadow', project: 'other.example' }),
    ...byActors(1000, { country: 'FR', article: '/pond' }),
    ...times(1001, { country: 'FR', article: '/lone', actor: 'a' }),
    // Nobody knows how many people these are of.
    ...times(1001, { country: 'FR', article: '/nameless' }),
    ...byActors(1200, { country: 'FR', article: '/robots', agent: 'spider' }),
    ...byActors(1001, { country: 'RU', article: '/meadow' }),
    ...byActors(1001, { country: '--', article: '/meadow' }),
    { dt: '2026-11-21T00:00:00.000Z', article: '/meadow' },
  ];
  const engines = await made(t, views, '2026-11-22T00:00:00Z');
  const listOf = (values: string[]) =>
    storedList(engines.store, pageviewsTopPerCountry, values, 'daily', '2026-11-20');
  assert.deepEqual(await listOf(['FR', 'all-access']), [
    `/meadow ${BLOG} 1 1100`,
    '/meadow other.example 2 1100',
  ]);
  assert.deepEqual(await listOf(['FR', 'desktop']), [
    `/meadow ${BLOG} 1 1100`,
    '/meadow other.example 1 1100',
  ]);
  assert.equal(await listOf(['FR', 'mobile-web']), undefined);
  assert.equal(await listOf(['RU', 'all-access']), undefined);
  // A country without readers is listed like one with some, and protected ones aren't.
  const { tables } = await engines.warehouse.states(SIGNAL);
  const loaded = tables.get('pageviews_top_per_country');
  assert.deepEqual(loaded?.ownTraffic?.get('daily')?.get('LI'), [
    { first: at('daily', '2026-11-20'), last: at('daily', '2026-11-20'), complete: false },
    { first: at('daily', '2026-11-21'), last: at('daily', '2026-11-21'), complete: true },
  ]);
  assert.deepEqual(loaded?.ownTraffic, loaded?.coverage);
  assert.equal(loaded?.coverage.get('daily')?.has('RU'), false);
});

void test('lists of countries have at most 1000 pages, without those tied with the next one', async (t) => {
  const pages = Array.from({ length: 1001 }, (_, i) => `/${i}`);
  const sql = MOST_VIEWED_IN_COUNTRIES.rows.text.replaceAll('> 1000', '> 0');
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  t.after(() => db.closeSync());
  await db.run(`CREATE TABLE view_events AS SELECT 'user' AS agent, 'FR' AS country, 'desktop' AS access,
    '2026112000' AS stamp, unnest AS article, 'blog.example.net' AS project, 'a' AS actor
    FROM unnest([${pages.map((page) => `'${page}'`).join(', ')}])`);
  const listed = async () => {
    const rows = await db.runAndReadAll(`SELECT article FROM (${sql}) l WHERE access = 'desktop'`);
    return rows.getRows().flat();
  };
  assert.deepEqual(await listed(), []);
  await db.run(`INSERT INTO view_events SELECT * FROM view_events WHERE article = '/7'`);
  assert.deepEqual(await listed(), ['/7']);
  await db.run(`INSERT INTO view_events SELECT * FROM view_events WHERE article NOT IN ('/7', '/8')`);
  assert.equal((await listed()).length, 1000);
});

void test('nothing is said about countries while none is known', async (t) => {
  const engines = await made(t, VIEWS, '2026-11-22T00:00:00Z');
  const { tables } = await engines.warehouse.states(SIGNAL);
  assert.equal(tables.get('pageviews_top_per_country')?.coverage.size ?? 0, 0);
});

function imported(project: string, timestamp: string): string {
  const row = {
    project,
    access: 'all-access',
    agent: 'all-agents',
    granularity: 'daily',
    timestamp,
    views: 7,
  };
  return JSON.stringify(row);
}

void test('rows of other hands are refused for periods that have numbers of own visitors, and taken for others', async (t) => {
  const engines = await made(t, VIEWS, '2026-11-22T00:00:00Z');
  await assert.rejects(importText(t, engines, pageviewsAggregate, imported(BLOG, '2026112000')), (error) => {
    assert.ok(error instanceof OtherSourceError);
    assert.match(error.message, /blog\.example\.net has numbers made from collected events for 2026-11-20/);
    return true;
  });
  await importText(t, engines, pageviewsAggregate, imported(BLOG, '2026111900'));
  await importText(t, engines, pageviewsAggregate, imported('third.example', '2026112000'));
  assert.equal(
    (await rowsOf(engines, pageviewsAggregate, 'daily', '2026-11-19'))[0],
    'all-access all-agents 7',
  );
});

void test('views of a project whose periods have imported numbers are left out, with the reason', async (t) => {
  const folder = temporaryFolder(t);
  const engines = await enginesIn(t, folder);
  await importText(t, engines, pageviewsAggregate, imported(BLOG, '2026112000'));
  const lake = join(folder, 'lake');
  await writeViews(lake, VIEWS, '2026-11-22T00:00:00Z');
  const metrics = [pageviewsAggregate];
  const [done] = await aggregate({ ...WRITER, ...engines, metrics, views: () => viewSource(lake) });
  assert.deepEqual(
    done?.leftOut.map(({ scope }) => scope),
    [BLOG],
  );
  assert.match(done?.leftOut[0]?.reason ?? '', /has imported numbers for 2026-11-20/);
  assert.deepEqual(await rowsOf(engines, pageviewsAggregate, 'daily', '2026-11-20'), [
    'all-access all-agents 7',
  ]);
  const { tables } = await engines.warehouse.states(SIGNAL);
  const own = tables.get('pageviews_aggregate')?.ownTraffic?.get('daily');
  assert.deepEqual([...(own?.keys() ?? [])], ['other.example']);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lakeFolderOf } from '../../src/config/lake-folder.ts';
import { readConfig } from '../../src/config/config.ts';
import { aggregate } from '../../src/load/aggregate.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { viewSource } from '../../src/refine/view-source.ts';
import { writeViews } from '../refine/view-table.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const SITE = 'blog.example.net';

void describe('the pages of collected sites', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
    const lake = lakeFolderOf(readConfig({}, { data: gateway.folder })) ?? join(gateway.folder, 'lake');
    const dt = '2026-11-20T10:00:00.000Z';
    await writeViews(
      lake,
      [
        { dt, article: '/meadow', country: 'FR', last_access: '20261031', no_cookies: 'false' },
        { dt, article: '/<pond>' },
        { dt, article: '/meadow', agent: 'spider' },
      ],
      '2026-12-01T00:00:00Z',
    );
    await aggregate({
      holder: 'a test',
      waitMs: 30_000,
      signal: new AbortController().signal,
      store: gateway.store,
      warehouse: gateway.warehouse,
      metrics: METRICS,
      views: () => viewSource(lake),
    });
    await gateway.load('pageviews-aggregate', [
      {
        project: 'en.wikipedia',
        access: 'all-access',
        agent: 'user',
        granularity: 'daily',
        timestamp: '2026112000',
        views: 5,
      },
    ]);
    await gateway.app.road.watch.refresh();
  });
  after(() => gateway.close());

  void test('are listed among the dashboards; projects with imported numbers are not', async () => {
    const { text } = await gateway.get('/dashboards');
    assert.match(text, /href="\/sites\/blog\.example\.net"/);
    assert.doesNotMatch(text, /en\.wikipedia/);
    assert.doesNotMatch(text, /\/sites\/FR/);
  });

  void test('draw the newest numbers of people, lists of the newest day with a view', async () => {
    const { status, text } = await gateway.get(`/sites/${SITE}`);
    assert.equal(status, 200);
    assert.match(text, /\/metrics\/pageviews\/aggregate\/blog\.example\.net\/all-access\/user\/daily\//);
    assert.match(text, /\/metrics\/pageviews\/top\/blog\.example\.net\/all-access\/2026\/11\/20\.csv/);
    assert.match(text, /&lt;pond&gt;/);
    assert.match(text, /<a href="\/docs\/pageviews-top">/);
  });

  void test('have the devices of a month without those that came once, which nobody knows', async () => {
    const path = `/metrics/unique-devices/${SITE}/all-sites/monthly/20261101/20261130`;
    const { text } = await gateway.get(path);
    assert.match(text, /"devices":null,"offset":null,"underestimate":1}/);
    assert.match((await gateway.get(`${path}.csv`)).text, /,2026-11-01,,,1\r?\n/);
  });

  void test('have metadata that name the streams of their numbers, and those of imported ones do not', async () => {
    const sourcesOf = async (project: string) => {
      const path = `/metrics/pageviews/aggregate/${project}/all-access/user/daily/20261119/20261121.metadata.json`;
      const { coverage } = (await gateway.get(path)).body as { coverage: { sources: unknown }[] };
      return coverage.map(({ sources }) => sources);
    };
    const streams = ['pageview', 'webrequest'];
    assert.deepEqual(await sourcesOf(SITE), [
      [{ from: '2026-11-20', to: '2026-11-21', kind: 'own-traffic', streams }],
    ]);
    assert.deepEqual(await sourcesOf('en.wikipedia'), [
      [{ from: '2026-11-20', to: '2026-11-20', kind: 'imported' }],
    ]);
  });

  void test('do not exist for other hosts, and the nearest is named', async () => {
    const { status, text } = await gateway.get('/sites/blog.example.com');
    assert.equal(status, 404);
    assert.match(text, /href="\/sites\/blog\.example\.net"/);
  });
});

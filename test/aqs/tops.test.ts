import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* All numbers here are made up for the tests. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  const top = { project: 'en.wikipedia', access: 'all-access', year: '2024', month: '03' };
  await gateway.load('pageviews-top', [
    {
      ...top,
      day: '01',
      articles: [
        ['B', 75],
        ['A', 80],
        ['C', 75],
        ['D', 77],
      ].map(([article, views]) => ({ article, views })),
    },
    {
      ...top,
      day: '02',
      articles: Array.from({ length: 1002 }, (_, i) => ({
        article: `A${i}`,
        views: i < 999 ? 5000 - i : 10,
      })),
    },
    { ...top, day: 'all-days', articles: [{ article: 'A', views: 2400, rank: 1 }] },
  ]);
  await gateway.load('pageviews-top-by-country', [
    {
      ...top,
      countries: [
        { country: 'US', views: 123_456 },
        { country: 'DE', views: 1001 },
        { country: 'FR', views: 999 },
        { country: 'LI', views: 99 },
      ],
    },
    {
      ...top,
      month: '04',
      countries: [
        { country: 'US', views: '100000-999999', rank: 1, views_ceil: 124_000 },
        { country: 'FR', views: '1000-9999', rank: 3, views_ceil: 2000 },
      ],
    },
  ]);
  await gateway.load('pageviews-top-per-country', [
    {
      country: 'FR',
      access: 'all-access',
      year: '2024',
      month: '03',
      day: '01',
      articles: [
        { article: 'Chat', project: 'fr.wikipedia', views_ceil: 500, rank: 1 },
        { article: 'Chien', project: 'fr.wikipedia', views: 301 },
      ],
    },
  ]);
  await gateway.load('mediarequests-top', [
    {
      referer: 'all-referers',
      media_type: 'image',
      year: '2024',
      month: '03',
      day: '01',
      files: [
        { file_path: '/a.png', requests: 3 },
        { file_path: '/b.png', requests: 4 },
      ],
    },
  ]);
});
after(() => gateway.close());

const text = async (path: string): Promise<string> => (await gateway.get(`/metrics${path}`)).text;

describe('lists', () => {
  test('pageviews top: one item, its articles ranked, ties sharing a rank [P3] [R3]', async () => {
    assert.equal(
      await text('/pageviews/top/en.wikipedia/all-access/2024/03/01'),
      '{"items":[{"project":"en.wikipedia","access":"all-access","year":"2024","month":"03","day":"01","articles":[' +
        '{"article":"A","views":80,"rank":1},{"article":"D","views":77,"rank":2},{"article":"B","views":75,"rank":3},{"article":"C","views":75,"rank":3}]}]}',
    );
  });

  test('what is tied with the one after the limit is dropped [R3]', async () => {
    const { items } = (await gateway.get('/metrics/pageviews/top/en.wikipedia/all-access/2024/03/02'))
      .body as { items: [{ articles: unknown[] }] };
    assert.equal(items[0].articles.length, 999);
  });

  test('the list of a month is that of all-days [P3]', async () => {
    assert.match(
      await text('/pageviews/top/en.wikipedia/all-access/2024/03/all-days'),
      /"day":"all-days","articles":\[\{"article":"A","views":2400,"rank":1\}\]/,
    );
  });

  test('by country: rounded up to 1000, shown in buckets [P4] [R4]', async () => {
    assert.equal(
      await text('/pageviews/top-by-country/en.wikipedia/all-access/2024/03'),
      '{"items":[{"project":"en.wikipedia","access":"all-access","year":"2024","month":"03","countries":[' +
        '{"country":"US","views":"100000-999999","rank":1,"views_ceil":124000},' +
        '{"country":"DE","views":"1000-9999","rank":2,"views_ceil":2000},' +
        // Fewer than 100 are left out: LI has 99.
        '{"country":"FR","views":"100-999","rank":3,"views_ceil":1000}]}]}',
    );
  });

  test('ranks that a source of rounded values gives are kept, gaps and all [P4]', async () => {
    assert.match(
      await text('/pageviews/top-by-country/en.wikipedia/all-access/2024/04'),
      /"country":"FR","views":"1000-9999","rank":3,"views_ceil":2000/,
    );
  });

  test('per country: rounded up to 100, the country in capitals [P5] [R4]', async () => {
    assert.equal(
      await text('/pageviews/top-per-country/FR/all-access/2024/03/01'),
      '{"items":[{"country":"FR","access":"all-access","year":"2024","month":"03","day":"01","articles":[' +
        '{"article":"Chat","project":"fr.wikipedia","views_ceil":500,"rank":1},{"article":"Chien","project":"fr.wikipedia","views_ceil":400,"rank":2}]}]}',
    );
    assert.equal(
      (await gateway.get('/metrics/pageviews/top-per-country/fr/all-access/2024/03/01')).status,
      404,
    );
    assert.equal(
      (await gateway.get('/metrics/pageviews/top-per-country/FR/all-access/2024/03/all-days')).status,
      404,
    );
  });

  test('mediarequests top [P10]', async () => {
    assert.equal(
      await text('/mediarequests/top/all-referers/image/2024/03/01'),
      '{"items":[{"referer":"all-referers","media_type":"image","year":"2024","month":"03","day":"01","files":[' +
        '{"file_path":"/b.png","requests":4,"rank":1},{"file_path":"/a.png","requests":3,"rank":2}]}]}',
    );
  });

  test('dates have all their digits and exist [D10]', async () => {
    for (const date of [
      '2024/3/01',
      '2024/03/1',
      '24/03/01',
      '2023/02/29',
      '2024/13/01',
      '2024/00/all-days',
      '2024/03/x',
    ]) {
      const response = await gateway.get(`/metrics/pageviews/top/en.wikipedia/all-access/${date}`);
      assert.equal(response.status, 400, date);
      assert.equal((response.body as { detail: string }).detail, 'Given year/month/day is invalid date');
    }
    const month = await gateway.get('/metrics/pageviews/top-by-country/en.wikipedia/all-access/2024/3');
    assert.equal((month.body as { detail: string }).detail, 'Given year/month is invalid date');
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { METRICS } from '../../../src/metrics/index.ts';
import { PROTECTED_COUNTRIES } from '../../../src/metrics/protected-countries.ts';
import { publishable } from '../../../src/core/metric/privacy.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* What is private is left out when it is loaded, and never served. All numbers are made up. */

const COUNTRIES = ['FR', 'DE', 'US', ...PROTECTED_COUNTRIES];
const month = { project: 'en.wikipedia', access: 'all-access', year: '2024' };

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const anyCountries = fc.uniqueArray(
  fc.record({ country: fc.constantFrom(...COUNTRIES), views: fc.integer({ min: 0, max: 5000 }) }),
  { minLength: 1, maxLength: 12, selector: ({ country }) => country },
);

interface Entry {
  country: string;
  views: string;
  rank: number;
  views_ceil: number;
}

describe('privacy', () => {
  test('no protected country and no small count is stored or served, by any route; ranks keep their gaps', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(anyCountries, async (countries) => {
        const period = { ...month, month: `0${(n % 9) + 1}`, year: `${2000 + Math.floor(n++ / 9)}` };
        await gateway.load('pageviews-top-by-country', [{ ...period, countries }]);
        const expected = countries
          .filter(({ country, views }) => views >= 100 && !PROTECTED_COUNTRIES.has(country))
          .map(({ country, views }) => ({
            country,
            rank: 1 + countries.filter((other) => other.views > views).length,
            views_ceil: Math.ceil(views / 1000) * 1000,
          }))
          .sort((a, b) => a.rank - b.rank || (a.country < b.country ? -1 : 1));
        const url = `/metrics/pageviews/top-by-country/en.wikipedia/all-access/${period.year}/${period.month}`;
        const response = await gateway.get(url);
        const served = (
          (response.body as { items?: [{ countries: Entry[] }] }).items?.[0].countries ?? []
        ).map(({ country, rank, views_ceil }) => ({ country, rank, views_ceil }));
        assert.deepEqual(served, expected);
        const graphql = await gateway
          .agent()
          .post('/graphql')
          .send({
            query: `{ pageviewsTopByCountry(project: "en.wikipedia", access: ALL_ACCESS, date: "${period.year}-${period.month}") { entries { country } } }`,
          });
        const { data } = graphql.body as {
          data: { pageviewsTopByCountry: { entries: { country: string }[] } };
        };
        assert.deepEqual(
          data.pageviewsTopByCountry.entries.map(({ country }) => country),
          expected.map(({ country }) => country),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('withheld rows that another writer put into the store are not served', async () => {
    const metric = METRICS.find(({ name }) => name === 'pageviews-top-by-country');
    const isPublishable = metric && publishable(metric);
    assert.ok(isPublishable);
    assert.equal(isPublishable(['en.wikipedia', 'all-access', 'FR'], [1000]), true);
    assert.equal(isPublishable(['en.wikipedia', 'all-access', 'RU'], [1000]), false);
    assert.equal(isPublishable(['en.wikipedia', 'all-access', 'FR'], [0]), false);
  });

  test('hints say nothing about the articles of a protected country, not even that they are loaded', async () => {
    const articles = [{ article: 'A', project: 'en.wikipedia', views_ceil: 500 }];
    const day = { access: 'all-access', year: '2024', month: '03', day: '01', articles };
    await gateway.load('pageviews-top-per-country', [
      { country: 'FR', ...day },
      { country: 'CN', ...day },
    ]);
    const path = (country: string): string =>
      `/metrics/pageviews/top-per-country/${country}/all-access/2024/03/01`;
    assert.equal((await gateway.get(path('FR'))).status, 200);
    const refused = await gateway.get(path('CN'));
    assert.equal(refused.status, 404);
    assert.equal((refused.body as { reason: string }).reason, 'not-loaded');
    const both = await gateway.get(path('FR%7CCN'));
    assert.deepEqual(
      (both.body as { items: { country: string }[] }).items.map(({ country }) => country),
      ['FR'],
    );
  });
});

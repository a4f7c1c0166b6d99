import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { ask } from './ask.ts';

/* What countries are called, and timestamps as every program reads them. All numbers are made up. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  const list = { access: 'all-access', year: '2024', month: '03' };
  await gateway.load('pageviews-top-by-country', [
    {
      ...list,
      project: 'en.wikipedia',
      countries: [
        { country: 'NA', views: 5000, rank: 1 },
        { country: 'ZZ', views: 4000, rank: 2 },
      ],
    },
  ]);
  await gateway.load('pageviews-top-per-country', [
    {
      ...list,
      day: '01',
      country: 'NA',
      articles: [{ article: 'Cat', project: 'en.wikipedia', views: 150 }],
    },
  ]);
  const hour = { project: 'en.wikipedia', access: 'all-access', agent: 'all-agents', granularity: 'hourly' };
  await gateway.load('pageviews-aggregate', [{ ...hour, timestamp: '2024030106', views: 7 }]);
});
after(() => gateway.close());

test('a country has its name beside its code, as an entity, in a list and of a list', async () => {
  const data = await ask(
    gateway,
    `{
      countries(codes: ["NA", "ZZ"]) { code name }
      country(code: "NA") { pageviewsTopPerCountry(date: "2024-03-01", first: 5) { country countryName } }
      pageviewsTopByCountry(project: "en.wikipedia", date: "2024-03", first: 5) {
        entries { country countryName pageviewsTopPerCountry(date: "2024-03-01", first: 5) { countryName } }
      }
    }`,
  );
  assert.deepEqual(data, {
    countries: [
      { code: 'NA', name: 'Namibia' },
      { code: 'ZZ', name: null },
    ],
    country: { pageviewsTopPerCountry: { country: 'NA', countryName: 'Namibia' } },
    pageviewsTopByCountry: {
      entries: [
        { country: 'NA', countryName: 'Namibia', pageviewsTopPerCountry: { countryName: 'Namibia' } },
        { country: 'ZZ', countryName: null, pageviewsTopPerCountry: { countryName: null } },
      ],
    },
  });
});

test('a row of the one language has the names of its values', async () => {
  const data = await ask(
    gateway,
    `{ query(input: {metric: "pageviews-top-by-country", where: [{dimension: "project", values: ["en.wikipedia"]}], by: ["country", "project"], range: "2024-03"}) {
      rows { dimensions { name value valueName } }
    } }`,
  );
  const { rows } = data['query'] as unknown as { rows: { dimensions: unknown }[] };
  assert.deepEqual(rows[0]?.dimensions, [
    { name: 'country', value: 'NA', valueName: 'Namibia' },
    { name: 'project', value: 'en.wikipedia', valueName: null },
  ]);
});

test('timestamps are AQS’s, and ISO dates where that is asked for; null asks for nothing', async () => {
  const data = await ask(
    gateway,
    `query ($none: TimeStyle) {
      pageviewsAggregate(project: "en.wikipedia", grain: HOURLY, start: "2024-03-01T06", end: "2024-03-01T06") {
        timestamps aqs: timestamps(time: AQS) none: timestamps(time: null) unset: timestamps(time: $none) iso: timestamps(time: ISO)
        items { timestamp iso: timestamp(time: ISO) views }
      }
      query(input: {metric: "pageviews-aggregate", where: [{dimension: "project", values: ["en.wikipedia"]}], grain: "hourly", range: "2024-03-01T06"}) {
        rows { timestamp none: timestamp(time: null) iso: timestamp(time: ISO) }
      }
    }`,
  );
  const aqs = ['2024030106'];
  assert.deepEqual(data, {
    pageviewsAggregate: {
      timestamps: aqs,
      aqs,
      none: aqs,
      unset: aqs,
      iso: ['2024-03-01T06:00:00Z'],
      items: [{ timestamp: '2024030106', iso: '2024-03-01T06:00:00Z', views: 7 }],
    },
    query: { rows: [{ timestamp: '2024-03-01T06Z', none: '2024-03-01T06Z', iso: '2024-03-01T06:00:00Z' }] },
  });
});

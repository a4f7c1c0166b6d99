import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { enumName, fieldName } from '../../src/core/metric/graphql-names.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { PROTECTED_COUNTRIES } from '../../src/metrics/protected-countries.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { pathOf } from '../support/questions.ts';

/*
 * Whoever subtracts what is served from what is served finds nothing that is left out. Two gateways
 * show it: one loads everything, the other only what may be published of it. All numbers are made up.
 */

let all: Gateway;
let published: Gateway;
before(async () => {
  [all, published] = await Promise.all([startGateway(), startGateway()]);
});
after(() => Promise.all([all.close(), published.close()]));

const LEAST = 100;
const STEP = 1000;
const PARTS = ['desktop', 'mobile-app', 'mobile-web'];
const COUNTRIES = ['FR', 'DE', 'US', 'IT', ...[...PROTECTED_COUNTRIES].slice(0, 3)];
const SHOWN = COUNTRIES.filter((country) => !PROTECTED_COUNTRIES.has(country));

/** Views of each country by each access, many of them too few to be published. */
type Views = Readonly<Record<string, readonly number[]>>;
const anyViews: fc.Arbitrary<Views> = fc.record(
  Object.fromEntries(
    COUNTRIES.map((country) => [
      country,
      fc.array(
        fc.oneof(
          fc.integer({ min: 0, max: LEAST - 1 }),
          fc.integer({ min: LEAST, max: 3100 }),
          fc.constantFrom(LEAST, STEP - 1, STEP, STEP + 1, 2 * STEP),
        ),
        { minLength: PARTS.length, maxLength: PARTS.length },
      ),
    ]),
  ),
);

/** The views of a country by an access, or by all of them. */
function viewsOf(views: Views, country: string, access: string): number {
  const parts = views[country] as readonly number[];
  return access === 'all-access'
    ? parts.reduce((sum, n) => sum + n, 0)
    : (parts[PARTS.indexOf(access)] as number);
}

const rounded = (views: number): number => Math.ceil(views / STEP) * STEP;
let months = 0;

/** Loads a month's lists: as they are, and as they may be published. */
async function load(views: Views): Promise<string> {
  const date = `${2000 + Math.floor(months / 12)}-${String((months++ % 12) + 1).padStart(2, '0')}`;
  const [year = '', month = ''] = date.split('-');
  const lists = (entryOf: (country: string, count: number, rank: number) => object[]): object[] =>
    ['all-access', ...PARTS].flatMap((access) => {
      const counts = COUNTRIES.map((country) => viewsOf(views, country, access));
      const countries = COUNTRIES.flatMap((country, i) => {
        const rank = 1 + counts.filter((other) => other > (counts[i] as number)).length;
        return entryOf(country, counts[i] as number, rank);
      });
      return countries.length === 0 ? [] : [{ project: 'en.wikipedia', access, year, month, countries }];
    });
  await all.load(
    'pageviews-top-by-country',
    lists((country, count) => [{ country, views: count }]),
  );
  const publishedLists = lists((country, count, rank) =>
    count >= LEAST && SHOWN.includes(country) ? [{ country, views_ceil: rounded(count), rank }] : [],
  );
  if (publishedLists.length > 0) await published.load('pageviews-top-by-country', publishedLists);
  return date;
}

/** What is served of a month, on every road, but for the version of the data. */
async function served(gateway: Gateway, date: string): Promise<string[]> {
  const [year = '', month = ''] = date.split('-');
  const texts: string[] = [];
  const lists = ['all-access', ...PARTS, PARTS.join('%7C')].map(
    (access) => `/metrics/pageviews/top-by-country/en.wikipedia/${access}/${year}/${month}`,
  );
  for (const list of lists) {
    for (const query of ['', '?format=csv', '?format=ndjson', '?shape=columns']) {
      const { text } = await gateway.get(list + query).buffer();
      assert.ok(text, list + query);
      texts.push(text);
    }
  }
  const question = { metric: 'pageviews-top-by-country', by: ['access', 'country'], grain: 'monthly' };
  const every = { access: ['all-access', ...PARTS] };
  const questions = [
    { ...question, range: date, where: every },
    { ...question, range: date, where: every, fill: 'zero' },
    { ...question, range: date, where: { ...every, country: { not: 'FR' } }, limit: 2 },
    { ...question, range: date, where: { ...every, country: [...COUNTRIES] } },
    { ...question, range: date, where: every, compare: 'previous' },
    { ...question, range: date, where: every, grain: null },
    // Sums of what lists name are refused, so that no total can be had of them.
    { ...question, range: date, where: every, by: ['access'], total: true },
    { ...question, range: date, where: every, total: true },
  ];
  for (const one of questions) {
    const { status, text } = await gateway.agent().post('/query').send(one);
    const { rows, total, detail } = JSON.parse(text) as Record<string, unknown>;
    texts.push(JSON.stringify([status, rows, total, detail]));
  }
  const fields = ['all-access', ...PARTS].map(
    (access) =>
      `${fieldName(access)}: pageviewsTopByCountry(project: "en.wikipedia", access: ${enumName(access)}, date: "${date}") { entries { country rank viewsCeil views } }`,
  );
  const graphql = await gateway
    .agent()
    .post('/graphql')
    .send({ query: `{ ${fields.join(' ')} }` });
  texts.push(graphql.text);
  return texts;
}

describe('subtracting served numbers from each other', () => {
  test('every answer follows from the published rows alone', async () => {
    await fc.assert(
      fc.asyncProperty(anyViews, async (views) => {
        const date = await load(views);
        const [one, other] = await Promise.all([served(all, date), served(published, date)]);
        one.forEach((text, i) => {
          // A list of which nothing is published may be an empty one, or none.
          if (!text.includes('"countries":[]') && !other[i]?.includes('not-loaded')) {
            assert.equal(text, other[i]);
          }
          for (const country of PROTECTED_COUNTRIES)
            assert.ok(!text.includes(`"${country}"`), `${country}: ${text}`);
        });
      }),
      { numRuns: 15 },
    );
  });

  test('a count that is too small may be any small count, by whatever total and parts', async () => {
    let suppressed = 0;
    await fc.assert(
      fc.asyncProperty(anyViews, async (views) => {
        const date = await load(views);
        const { text } = await all
          .agent()
          .post('/query')
          .send({
            metric: 'pageviews-top-by-country',
            by: ['access', 'country'],
            where: { access: ['all-access', ...PARTS] },
            grain: 'monthly',
            range: date,
          });
        const { rows } = JSON.parse(text) as {
          rows: { access: string; country: string; views_ceil: number }[];
        };
        /** The least and the most that a count can be, by what is served of it. */
        const between = (country: string, access: string): readonly [number, number] => {
          const row = rows.find((one) => one.access === access && one.country === country);
          return row ? [Math.max(row.views_ceil - STEP + 1, LEAST), row.views_ceil] : [0, LEAST - 1];
        };
        for (const country of SHOWN) {
          for (const access of PARTS) {
            if (viewsOf(views, country, access) >= LEAST) continue;
            suppressed++;
            const [leastInAll, mostInAll] = between(country, 'all-access');
            const others = PARTS.filter((part) => part !== access).map((part) => between(country, part));
            const least = leastInAll - others.reduce((sum, [, most]) => sum + most, 0);
            const most = mostInAll - others.reduce((sum, [fewest]) => sum + fewest, 0);
            assert.ok(least <= 1, `${country} ${access} has ${least} at least`);
            // Where the total itself is too small, it has no more than that.
            assert.ok(most >= Math.min(LEAST - 1, mostInAll), `${country} ${access} has ${most} at most`);
          }
        }
      }),
      { numRuns: 40 },
    );
    assert.ok(suppressed > 100);
  });

  test('no stored row and no row of any grain breaks the privacy rule of its metric', async () => {
    const ruled = METRICS.filter(({ dimensions, measures, shape }) => {
      const entry = shape.kind === 'top' ? shape.entry : [];
      const rules = Object.values(measures).flatMap(({ least, roundUpTo }) => [least, roundUpTo]);
      return rules.some(Boolean) || [...dimensions, ...entry].some(({ withheld }) => withheld);
    });
    assert.deepEqual(
      ruled.map(({ name }) => name),
      [
        'pageviews-top-by-country',
        'pageviews-top-per-country',
        'visitors-top-referers',
        'visitors-top-browsers',
        'clickstream',
        'editors-by-country',
      ],
    );
    for (const metric of ruled) {
      const gateway = await startGateway({ metrics: [metric] });
      try {
        await gateway.load(metric.name, rowsOf(metric));
        for (const row of await storedRows(gateway, metric)) refuseRow(metric, row);
        const names = [...metric.dimensions, ...(metric.shape.kind === 'top' ? metric.shape.entry : [])];
        const total = metric.dimensions.some(({ name }) => name === 'access') ? { access: 'all-access' } : {};
        for (const grain of Object.keys(metric.grains)) {
          const { text } = await gateway
            .agent()
            .post('/query')
            .send({
              metric: metric.name,
              where: total,
              by: names.map(({ name }) => name),
              grain,
              range: '2024',
            });
          const { rows } = JSON.parse(text) as { rows: Record<string, unknown>[] };
          assert.ok(rows.length > 0, metric.name);
          for (const row of rows) refuseRow(metric, row);
        }
        for (const country of PROTECTED_COUNTRIES) {
          const where = {
            project: 'en.wikipedia',
            access: 'all-access',
            'activity-level': '5..99-edits',
            country,
          };
          const grain = metric.grains.daily ? 'daily' : 'monthly';
          const { text } = await gateway
            .get(pathOf({ metric, where, grain, start: '2024-03-01', end: '2024-03-01' }))
            .buffer();
          assert.ok(!text.includes(`"${country}"`), text);
        }
      } finally {
        await gateway.close();
      }
    }
  });
});

/** Rows of a metric, some of each country, with counts from 0 on. */
function rowsOf(metric: Metric): object[] {
  const day = metric.path.includes('{day}') ? { day: '01' } : {};
  const own = { year: '2024', month: '03', ...day };
  const [measure = ''] = Object.keys(metric.measures);
  const counted = (i: number): object => ({
    [metric.measures[measure]?.raw ?? measure]: [0, 3, 99, 100, 250][i % 5],
  });
  const countries = [...PROTECTED_COUNTRIES, 'FR', 'DE', 'US', 'IT', 'ES'];
  switch (metric.name) {
    case 'pageviews-top-per-country':
      return countries.map((country, i) => ({
        country,
        access: 'all-access',
        ...own,
        articles: [{ article: 'A', project: 'en.wikipedia', ...counted(i + 3) }],
      }));
    case 'visitors-top-referers':
    case 'visitors-top-browsers':
    case 'clickstream': {
      const [list, first, second] = (
        {
          'visitors-top-referers': ['referers', 'referer', 'referer_class'],
          'visitors-top-browsers': ['browsers', 'browser', 'system'],
          clickstream: ['previous_pages', 'previous', 'previous'],
        } as const
      )[metric.name as 'clickstream'];
      const entries = countries.map((_, i) => ({
        ...Object.fromEntries([
          [second, 'other'],
          [first, `name ${i}`],
        ]),
        ...counted(i),
      }));
      const of = metric.name === 'clickstream' ? { article: '/meadow' } : { access: 'all-access' };
      const item = { project: 'blog.example.net', ...of, ...own, [list]: entries };
      return [item, { ...item, day: 'all-days' }];
    }
    case 'pageviews-top-by-country':
    case 'editors-by-country': {
      const of =
        metric.name === 'editors-by-country' ? { 'activity-level': '5..99-edits' } : { access: 'all-access' };
      const list = countries.map((country, i) => ({ country, ...counted(i) }));
      return [{ project: 'en.wikipedia', ...of, ...own, countries: list }];
    }
    default:
      throw new Error(`say what rows ${metric.name} has, so that its rules are tried`);
  }
}

function refuseRow(metric: Metric, row: Readonly<Record<string, unknown>>): void {
  assert.ok(!PROTECTED_COUNTRIES.has(String(row['country'])), JSON.stringify(row));
  for (const [name, { least = 0, roundUpTo = 1 }] of Object.entries(metric.measures)) {
    const number = row[name] as number;
    assert.ok(number >= least && number % roundUpTo === 0, JSON.stringify(row));
  }
}

async function storedRows(gateway: Gateway, metric: Metric): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  const names = [...metric.dimensions, ...(metric.shape.kind === 'top' ? metric.shape.entry : [])];
  for (const grain of ['daily', 'monthly'] as const) {
    const query = { table: tableOf(metric), grain, first: 0, last: 30_000, where: [] };
    for await (const rows of gateway.warehouse.select(query, new AbortController().signal)) {
      for (let i = 0; i < rows.length; i++) {
        const texts = [...rows.dimensions, ...rows.entry].map((column, d) => [names[d]?.name, column[i]]);
        const numbers = Object.keys(metric.measures).map((name, m) => [name, rows.measures[m]?.[i]]);
        found.push(Object.fromEntries([...texts, ...numbers]) as Record<string, unknown>);
      }
    }
  }
  assert.ok(found.length > 0);
  return found;
}

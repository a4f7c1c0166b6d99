import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay, post, topDay } from './ask.ts';
import { cpuMsOf } from '../../support/cpu-ms.ts';

const faults = new Faults();
let gateway: Gateway;

before(async () => {
  gateway = await startGateway({ wrapStore: (store) => faults.store(store) });
  await gateway.load('pageviews-per-article', [
    ...['2014-01-01', '2023-12-31'].map((day) => articleDay('A', day, 1)),
    ...['2023-12-01', '2024-01-31'].map((day) => articleDay('A', day, 1, 'de.wikipedia')),
    ...['2023-12-01', '2023-12-02'].map((day) => articleDay('A', day, 1, 'fr.wikipedia')),
  ]);
  await gateway.load('pageviews-top', [topDay('en.wikipedia', '2023-12-31', ['A'])]);
  const entry = { article: 'A', project: 'de.wikipedia', views_ceil: 300, rank: 1 };
  const french = {
    country: 'FR',
    access: 'all-access',
    year: '2023',
    month: '12',
    day: '31',
    articles: [entry],
  };
  await gateway.load('pageviews-top-per-country', [french]);
});
after(() => gateway.close());

const series = (start: string, end: string, more = ''): string =>
  `pageviewsPerArticle(project: "en.wikipedia", article: "A", start: "${start}", end: "${end}"${more}) { views }`;

/** What an operation costs; it must have no errors. */
async function costOf(query: string, variables: object = {}): Promise<number | undefined> {
  const { cost, errors } = await post(gateway, query, { variables });
  assert.deepEqual(errors, []);
  return cost;
}

void test('14 aliases of ten years of days are refused before anything is read', async () => {
  faults.reads.length = 0;
  const aliases = Array.from({ length: 14 }, (_, i) => `a${i}: ${series('20140101', '20231231')}`);
  const { status, data, errors, headers } = await post(gateway, `{ ${aliases.join(' ')} }`);
  assert.equal(status, 400);
  assert.equal(data, undefined);
  assert.equal(errors.length, 1);
  const { code, problem, cost, budget } = errors[0]?.extensions ?? {};
  assert.deepEqual([code, problem, cost, budget], ['TOO_MANY_POINTS', 'too-many-points', 14 * 3652, 50_000]);
  assert.match(errors[0]?.message ?? '', /51128 points.*50000.*shorter range/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.deepEqual(faults.reads, []);
});

void test('13 of them are answered, and one series is whatever it costs', async () => {
  const aliases = Array.from({ length: 13 }, (_, i) => `a${i}: ${series('20140101', '20231231')}`);
  assert.equal(await costOf(`{ ${aliases.join(' ')} }`), 13 * 3652);
  const small = await startGateway({ flags: { points: '10' } });
  await small.load('pageviews-per-article', [
    articleDay('A', '2024-01-01', 1),
    articleDay('A', '2024-01-31', 1),
  ]);
  const one = await post(small, `{ ${series('20240101', '20240131')} }`);
  const two = await post(small, `{ ${series('20240101', '20240131')} b: ${series('20240101', '20240101')} }`);
  await small.close();
  assert.deepEqual([one.status, one.cost, two.status], [200, 31, 400]);
});

void test('points are periods times measures, clipped to what is loaded', async () => {
  assert.equal(await costOf(`{ ${series('20231201', '20231231')} }`), 31);
  assert.equal(await costOf(`{ ${series('20231201', '20261231')} }`), 31);
  assert.equal(await costOf(`{ ${series('20230101', '20231231', ', grain: MONTHLY')} }`), 12);
});

void test('what isn’t loaded, and what is wrong, costs one point', async () => {
  assert.equal(await costOf(`{ ${series('20010101', '20011231')} }`), 1);
  const { cost, errors } = await post(gateway, `{ ${series('20010101', 'soon')} }`);
  assert.deepEqual([cost, errors.length], [1, 1]);
});

void test('variables, fragments, @skip and @include count as they are executed', async () => {
  const query = `query ($end: String!, $more: Boolean!) {
    ...both
    ${series('20231201', '20231210')}
    skipped: ${series('20231201', '20231210').replace('{', '@skip(if: true) {')} }
  fragment both on Query {
    a: pageviewsPerArticle(project: "en.wikipedia", article: "A", start: "20231201", end: $end) { views }
    ... @include(if: $more) { b: ${series('20231201', '20231210')} }
    ${series('20231201', '20231210')} }`;
  assert.equal(await costOf(query, { end: '20231205', more: false }), 15);
  assert.equal(await costOf(query, { end: '20231202', more: true }), 22);
});

void test('a list of entities costs as much as its members', async () => {
  const query =
    'query ($of: [String!]!) { articles(project: "en.wikipedia", articles: $of) { article pageviewsPerArticle(start: "20231201", end: "20231210") { views } } }';
  assert.equal(await costOf(query, { of: ['A', 'B', 'C'] }), 30);
  const names = await post(
    gateway,
    '{ articles(project: "en.wikipedia", articles: ["A", "B"]) { article } }',
  );
  assert.equal(names.cost, 2);
  const twice =
    '{ articles(project: "en.wikipedia", articles: ["A", "B"]) { a: article b: article c: article } }';
  assert.equal(await costOf(twice), 6);
});

void test('a series under a list costs as often as the list has entries', async () => {
  const top = (first: string): string =>
    `{ pageviewsTop(project: "en.wikipedia", date: "2023-12-31"${first}) { entries { article pageviewsPerArticle(start: "20231201", end: "20231231") { views } } } }`;
  assert.equal(await costOf(top(', first: 50')), 50 + 50 * 31);
  assert.equal(await costOf(top('')), 1000 + 1000 * 31);
  const years = top(', first: 50').replace('20231201', '20140101');
  faults.reads.length = 0;
  const { status, errors } = await post(gateway, years);
  assert.deepEqual([status, errors[0]?.extensions.cost], [400, 50 + 50 * 3652]);
  assert.deepEqual(faults.reads, []);
});

void test('where the list tells the project, the one with most in the range counts', async () => {
  const list = (start: string, end: string): string =>
    `{ pageviewsTopPerCountry(country: "FR", date: "2023-12-31", first: 10) { entries { pageviewsPerArticle(start: "${start}", end: "${end}") { views } } } }`;
  assert.equal(await costOf(list('20231201', '20231231')), 10 + 10 * 31);
  assert.equal(await costOf(list('20240101', '20240131')), 10 + 10 * 31);
  assert.equal(await costOf(list('20230101', '20231231')), 10 + 10 * 365);
});

void test('the same numbers under several names cost as often', async () => {
  const field =
    'pageviewsPerArticle(project: "en.wikipedia", article: "A", start: "20231201", end: "20231210")';
  assert.equal(await costOf(`{ ${field} { timestamps views items { timestamp views } } }`), 10);
  assert.equal(await costOf(`{ ${field} { a: views b: views c: views } }`), 30);
  assert.equal(await costOf(`{ ${field} { a: items { x: views y: views } b: items { timestamp } } }`), 30);
});

void test('a request for more than 5000 series is refused soon, however little each would cost', async () => {
  const refused = async (query: string, values: number): Promise<unknown[]> => {
    const of = Array.from({ length: values }, (_, i) => `n${i}`);
    let told: unknown[] = [];
    const ms = await cpuMsOf(async () => {
      const { status, errors } = await post(gateway, query, { variables: { of } });
      told = [status, errors[0]?.extensions.code, errors[0]?.extensions.allowed];
    });
    assert.ok(ms < 3000, `${ms}`);
    return told;
  };
  const list =
    'articles(project: "xx.wikipedia", articles: $of) { pageviewsPerArticle(start: "-30d") { views } }';
  const aliases = Array.from({ length: 50 }, (_, i) => `a${i}: ${list}`);
  const tooMany = [400, 'TOO_MANY_POINTS', 'at most 5000 series'];
  assert.deepEqual(await refused(`query ($of: [String!]!) { ${list} }`, 5001), tooMany);
  assert.deepEqual(await refused(`query ($of: [String!]!) { ${aliases.join(' ')} }`, 20_000), tooMany);
  assert.deepEqual(await refused(`query ($of: [String!]!) { ${list} }`, 2000), [200, undefined, undefined]);
});

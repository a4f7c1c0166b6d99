import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay, ask, post, topDay } from './ask.ts';

const faults = new Faults();
const articles = Array.from({ length: 60 }, (_, i) => `Article_${i}`);
let gateway: Gateway;

before(async () => {
  gateway = await startGateway({ wrapStore: (store) => faults.store(store) });
  const days = ['2024-01-01', '2024-01-15', '2024-02-01'];
  await gateway.load(
    'pageviews-per-article',
    articles.flatMap((article, a) => days.map((day, d) => articleDay(article, day, a * 10 + d))),
  );
  const month = { ...topDay('en.wikipedia', '2024-01-15', ['Month']), day: 'all-days' };
  await gateway.load('pageviews-top', [topDay('en.wikipedia', '2024-01-15', articles), month]);
  await gateway.load('pageviews-top-by-country', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      countries: [{ country: 'FR', views_ceil: 5000, rank: 1 }],
    },
  ]);
  const french = { article: 'Article_7', project: 'en.wikipedia', views_ceil: 300, rank: 1 };
  await gateway.load('pageviews-top-per-country', [
    { country: 'FR', access: 'all-access', year: '2024', month: '01', day: '15', articles: [french] },
  ]);
});
after(() => gateway.close());

void test('the top 50 of a day, each with its series, is one query and one multi-get for all the series', async () => {
  faults.reads.length = 0;
  const { pageviewsTop } = (await ask(
    gateway,
    `{ pageviewsTop(project: "en.wikipedia", date: "2024-01-15", first: 50) { date access reason
      entries { rank article views pageviewsPerArticle(start: "2024-01-01", end: "2024-02-01") { timestamps views } } } }`,
  )) as unknown as { pageviewsTop: { entries: unknown[] } };
  const { entries, ...list } = pageviewsTop;
  assert.deepEqual(list, { date: '2024-01-15', access: 'ALL_ACCESS', reason: null });
  assert.equal(entries.length, 50);
  entries.forEach((entry, i) =>
    assert.deepEqual(entry, {
      rank: i + 1,
      article: `Article_${i}`,
      views: 10_000 - i,
      pageviewsPerArticle: {
        timestamps: ['2024010100', '2024011500', '2024020100'],
        views: [i * 10, i * 10 + 1, i * 10 + 2],
      },
    }),
  );
  // The list; then 50 articles of two months each.
  assert.deepEqual(faults.reads, [1, 100]);
});

void test('a date of a month is the month’s list', async () => {
  const { pageviewsTop } = await ask(
    gateway,
    '{ pageviewsTop(project: "en.wikipedia", date: "2024-01") { date entries { article } } }',
  );
  assert.deepEqual(pageviewsTop, { date: '2024-01', entries: [{ article: 'Month' }] });
});

void test('lists nest: a project’s countries, each country’s articles, each article’s series', async () => {
  const { project } = await ask(
    gateway,
    `{ project(name: "en.wikipedia") { name pageviewsTopByCountry(date: "2024-01", first: 10) { entries { country views viewsCeil
      pageviewsTopPerCountry(date: "2024-01-15", first: 10) { country entries { project article viewsCeil
        pageviewsPerArticle(start: "2024-01-15", end: "2024-01-15") { project article views } } } } } } }`,
  );
  const series = { project: 'en.wikipedia', article: 'Article_7', views: [71] };
  const article = {
    project: 'en.wikipedia',
    article: 'Article_7',
    viewsCeil: 300,
    pageviewsPerArticle: series,
  };
  const country = {
    country: 'FR',
    views: '1000-9999',
    viewsCeil: 5000,
    pageviewsTopPerCountry: { country: 'FR', entries: [article] },
  };
  assert.deepEqual(project, { name: 'en.wikipedia', pageviewsTopByCountry: { entries: [country] } });
});

void test('a list that isn’t there is empty and says why', async () => {
  const { none, other } = await ask(
    gateway,
    `{ none: pageviewsTop(project: "en.wikipedia", date: "2023-01-15") { entries { article } reason }
      other: pageviewsTop(project: "xx.wikipedia", date: "2024-01-15") { project entries { article } reason } }`,
  );
  assert.deepEqual(none, { entries: [], reason: 'OUTSIDE_COVERAGE' });
  assert.deepEqual(other, { project: 'xx.wikipedia', entries: [], reason: 'NOT_LOADED' });
});

void test('a date that names no list of the metric is refused, and says which it takes', async () => {
  const refused = async (metric: string, of: string, date: string): Promise<unknown> => {
    const { errors } = await post(gateway, `{ ${metric}(${of}, date: "${date}") { date } }`);
    const { code, parameter, allowed } = errors[0]?.extensions ?? {};
    assert.deepEqual([code, parameter], ['INVALID_PARAMETER', 'date']);
    return allowed;
  };
  const project = 'project: "en.wikipedia"';
  for (const date of ['2024', '2024-13', '2024-02-30', 'latest', '2024-01-15x'])
    assert.equal(await refused('pageviewsTop', project, date), 'a day, YYYY-MM-DD, or a month, YYYY-MM');
  assert.equal(await refused('pageviewsTopByCountry', project, '2024-01-15'), 'a month, YYYY-MM');
  assert.equal(await refused('pageviewsTopPerCountry', 'country: "FR"', '2024-01'), 'a day, YYYY-MM-DD');
});

void test('first cuts the list; more than it has is all of it, and less than none is refused', async () => {
  const top = 'pageviewsTop(project: "en.wikipedia", date: "2024-01-15"';
  const { none, three, all } = (await ask(
    gateway,
    `{ none: ${top}, first: 0) { entries { rank } } three: ${top}, first: 3) { entries { rank } }
      all: ${top}, first: 5000) { entries { rank } } }`,
  )) as unknown as Record<string, { entries: unknown[] }>;
  assert.deepEqual([none?.entries.length, three?.entries.length, all?.entries.length], [0, 3, 60]);
  const { errors } = await post(gateway, `{ ${top}, first: -1) { entries { rank } } }`);
  assert.equal(errors[0]?.extensions.parameter, 'first');
});

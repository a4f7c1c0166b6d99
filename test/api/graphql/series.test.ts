import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay, ask, post } from './ask.ts';

const MOST = 2 ** 53 - 1;
const faults = new Faults();
let gateway: Gateway;

before(async () => {
  gateway = await startGateway({
    wrapStore: (store) => faults.store(store),
    clock: { now: () => Date.UTC(2024, 1, 10) },
  });
  const days = ['2024-01-30', '2024-01-31', '2024-02-02'];
  const rows = ['Ada', 'Bob', 'Cleo'].flatMap((article, a) =>
    days.map((day, d) => articleDay(article, day, a * 100 + d)),
  );
  await gateway.load('pageviews-per-article', [...rows, articleDay('Most', '2024-02-01', MOST)], {
    complete: true,
  });
  const device = { project: 'en.wikipedia', 'access-site': 'all-sites', granularity: 'monthly' };
  await gateway.load('unique-devices', [
    { ...device, timestamp: '20240101', devices: 30, offset: 10, underestimate: 20 },
    { ...device, timestamp: '20240201', devices: 31, offset: 11, underestimate: 20 },
  ]);
  const edits = {
    project: 'de.wikipedia',
    'editor-type': 'group-bot',
    'page-type': 'content',
    granularity: 'daily',
  };
  await gateway.load('edits-aggregate', [
    { ...edits, results: [{ timestamp: '2024-01-01T00:00:00.000Z', edits: 7 }] },
  ]);
});
after(() => gateway.close());

void test('a series has what it is of, its rows by column, and the same rows as items', async () => {
  const { series } = await ask(
    gateway,
    `{ series: pageviewsPerArticle(project: "En.Wikipedia.org", article: "Ada", start: "2024-01-01", fill: ZERO) {
      project article access agent grain timestamps views items { timestamp views } reason } }`,
  );
  assert.deepEqual(series, {
    project: 'en.wikipedia',
    article: 'Ada',
    access: 'ALL_ACCESS',
    agent: 'ALL_AGENTS',
    grain: 'DAILY',
    timestamps: ['2024013000', '2024013100', '2024020100', '2024020200'],
    views: [0, 1, 0, 2],
    items: [
      { timestamp: '2024013000', views: 0 },
      { timestamp: '2024013100', views: 1 },
      { timestamp: '2024020100', views: 0 },
      { timestamp: '2024020200', views: 2 },
    ],
    reason: null,
  });
});

void test('fill makes nulls, and without it periods without a row are left out', async () => {
  const field = 'pageviewsPerArticle(project: "en.wikipedia", article: "Ada", start: "-12d"';
  const { without, nulls } = await ask(
    gateway,
    `{ without: ${field}) { views } nulls: ${field}, fill: NULL) { views items { views } } }`,
  );
  assert.deepEqual(without, { views: [0, 1, 2] });
  assert.deepEqual(nulls, {
    views: [0, 1, null, 2],
    items: [{ views: 0 }, { views: 1 }, { views: null }, { views: 2 }],
  });
});

void test('a count of 2^53-1 is exact, as a number', async () => {
  const query =
    '{ pageviewsPerArticle(project: "en.wikipedia", article: "Most", start: "20240201") { views } }';
  const { text } = await gateway.agent().post('/graphql').send({ query });
  assert.match(text, /"views":\[9007199254740991\]/);
});

void test('each measure of a metric is a column, and enums are what REST spells with hyphens', async () => {
  const { uniqueDevices, editsAggregate } = await ask(
    gateway,
    `{ uniqueDevices(project: "en.wikipedia", grain: MONTHLY, start: "20240101", end: "20240201") {
        accessSite devices offset underestimate items { timestamp offset } }
      editsAggregate(project: "de.wikipedia", editorType: GROUP_BOT, pageType: CONTENT, start: "20240101") {
        editorType timestamps edits } }`,
  );
  assert.deepEqual(uniqueDevices, {
    accessSite: 'ALL_SITES',
    devices: [30, 31],
    offset: [10, 11],
    underestimate: [20, 20],
    items: [
      { timestamp: '20240101', offset: 10 },
      { timestamp: '20240201', offset: 11 },
    ],
  });
  assert.deepEqual(editsAggregate, {
    editorType: 'GROUP_BOT',
    timestamps: ['2024-01-01T00:00:00.000Z'],
    edits: [7],
  });
});

void test('REST has the same rows', async () => {
  const rest = await gateway.get(
    '/metrics/pageviews/per-article/en.wikipedia/all-access/all-agents/Bob/daily/20240101/20240301',
  );
  const { series } = await ask(
    gateway,
    '{ series: pageviewsPerArticle(project: "en.wikipedia", article: "Bob", start: "20240101", end: "20240301") { items { timestamp views } } }',
  );
  const { items } = rest.body as { items: { timestamp: string; views: number }[] };
  assert.deepEqual(series, { items: items.map(({ timestamp, views }) => ({ timestamp, views })) });
});

void test('a series without rows is empty and says why, and doesn’t take the others with it', async () => {
  const field = (project: string, article: string, start: string): string =>
    `pageviewsPerArticle(project: "${project}", article: "${article}", start: "${start}") { article access timestamps views items { views } reason }`;
  const { there, noRows, notLoaded } = await ask(
    gateway,
    `{ there: ${field('en.wikipedia', 'Ada', '20240202')}
      noRows: ${field('en.wikipedia', 'No one', '20240101')}
      notLoaded: ${field('xx.wikipedia', 'Ada', '20240101')} }`,
  );
  const outside = await ask(
    gateway,
    '{ series: pageviewsPerArticle(project: "en.wikipedia", article: "Ada", start: "20100101", end: "20100201") { views reason } }',
  );
  const empty = { access: 'ALL_ACCESS', timestamps: [], views: [], items: [] };
  assert.equal((there as unknown as { reason: unknown }).reason, null);
  assert.deepEqual(noRows, { article: 'No_one', ...empty, reason: 'NO_ROWS' });
  assert.deepEqual(notLoaded, { article: 'Ada', ...empty, reason: 'NOT_LOADED' });
  assert.deepEqual(outside, { series: { views: [], reason: 'OUTSIDE_COVERAGE' } });
});

void test('aliases, fragments and lists in one query are read by one multi-get', async () => {
  await gateway.load('pageviews-per-article', [articleDay('Fresh', '2024-02-03', 1)], { complete: true });
  faults.reads.length = 0;
  const data = await ask(
    gateway,
    `query ($start: String!) {
      a: pageviewsPerArticle(project: "en.wikipedia", article: "Ada", start: $start) { ...rows }
      b: pageviewsPerArticle(project: "en.wikipedia", article: "Bob", start: $start) { ...rows }
      again: pageviewsPerArticle(project: "en.wikipedia", article: "Bob", start: $start) { ...rows }
      articles(project: "en.wikipedia", articles: ["Cleo", "Ada"]) { article pageviewsPerArticle(start: $start) { ...rows } }
      projects(names: ["en.wikipedia"]) { name pageviewsPerArticle(article: "Most", start: $start) { ...rows } } }
    fragment rows on PageviewsPerArticle { views }`,
    { start: '2024-02-01' },
  );
  assert.deepEqual(data, {
    a: { views: [2] },
    b: { views: [102] },
    again: { views: [102] },
    articles: [
      { article: 'Cleo', pageviewsPerArticle: { views: [202] } },
      { article: 'Ada', pageviewsPerArticle: { views: [2] } },
    ],
    projects: [{ name: 'en.wikipedia', pageviewsPerArticle: { views: [MOST] } }],
  });
  assert.deepEqual(faults.reads, [4]);
});

void test('mistakes are errors with code and parameter, each with its field, and the rest is answered', async () => {
  const { status, data, errors } = await post(
    gateway,
    `{ ok: pageviewsPerArticle(project: "en.wikipedia", article: "Ada", start: "20240202") { views }
      date: pageviewsPerArticle(project: "en.wikipedia", article: "Ada", start: "yesterday") { views }
      order: pageviewsPerArticle(project: "en.wikipedia", article: "Ada", start: "20240202", end: "20240101") { views }
      project: uniqueDevices(project: "a b", start: "20240101") { devices } }`,
  );
  assert.equal(status, 200);
  assert.deepEqual(data, { ok: { views: [2] }, date: null, order: null, project: null });
  const told = errors.map(({ path, extensions: { code, problem, status: s, parameter } }) => [
    path?.[0],
    code,
    problem,
    s,
    parameter,
  ]);
  assert.deepEqual(
    new Set(told),
    new Set([
      ['date', 'INVALID_PARAMETER', 'invalid-parameter', 400, 'start'],
      ['order', 'INVALID_RANGE', 'invalid-range', 400, 'start'],
      ['project', 'INVALID_PARAMETER', 'invalid-parameter', 400, 'project'],
    ]),
  );
  for (const { extensions } of errors) assert.equal('stacktrace' in extensions, false);
});

void test('null is refused where there is a default, and so is a value that the enum lacks', async () => {
  for (const argument of ['access: null', 'grain: null', 'grain: HOURLY', 'agent: "user"', 'end: null']) {
    const { status, errors } = await post(
      gateway,
      `{ pageviewsPerArticle(project: "en.wikipedia", article: "Ada", start: "20240101", ${argument}) { views } }`,
    );
    assert.equal(status, 400, argument);
    assert.equal(errors[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED', argument);
  }
});

void test('what an engine says stays in the log', async () => {
  faults.mode = 'failing';
  const query =
    '{ metrics { name } pageviewsPerArticle(project: "en.wikipedia", article: "Unread", start: "20240101") { views } }';
  const { status, data, errors } = await post(gateway, query);
  faults.mode = 'fine';
  assert.equal(status, 200);
  assert.equal(data?.pageviewsPerArticle, null);
  assert.ok(data?.metrics);
  assert.equal(errors.length, 1);
  const { code, problem, status: says } = errors[0]?.extensions ?? {};
  assert.deepEqual([code, problem, says], ['UNAVAILABLE', 'unavailable', 503]);
  assert.doesNotMatch(JSON.stringify(errors), /secret/);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { folderWith, remove } from './folder.ts';

const FILES = {
  'animals.yaml': `dataset: animals
title: Views of two animals
owner: A reader
question:
  metric: pageviews-per-article
  where: { project: EN.wikipedia.org, access: all-access, agent: user, article: [Cat, Dog] }
`,
  'cat.yaml': `dataset: cat
title: Views of the cat
question:
  metric: pageviews-per-article
  where: { project: en.wikipedia, access: all-access, agent: user, article: Cat }
examples: [/metrics/datasets/cat/daily/20240101/20240102.csv]
`,
  'top.yaml': `dataset: english-top
title: The most viewed articles of the English Wikipedia
question: { metric: pageviews-top, where: { project: en.wikipedia, access: all-access } }
`,
  'levels.yaml': `dataset: busy-editors
title: Editors of five edits and more
question:
  metric: editors-aggregate
  where: { page-type: content, editor-type: user, activity-level: [5..24-edits, 25..99-edits] }
`,
  'edits.yaml': `dataset: people-edits
title: Edits by people
question: { metric: edits-aggregate, where: { editor-type: user, page-type: content } }
`,
};
const BASE = '/metrics/pageviews/per-article/en.wikipedia/all-access/user';
const DAYS = 'daily/20240101/20240103';

let gateway: Gateway;
let folder: string;
before(async () => {
  folder = await folderWith(FILES);
  gateway = await startGateway({ datasets: [folder] });
  const views = (article: string, timestamp: string, views: number): object => ({
    project: 'en.wikipedia',
    article,
    granularity: 'daily',
    timestamp,
    access: 'all-access',
    agent: 'user',
    views,
  });
  await gateway.load('pageviews-per-article', [
    views('Cat', '2024010100', 5),
    views('Cat', '2024010200', 6),
    views('Dog', '2024010100', 7),
    views('Cow', '2024010100', 8),
  ]);
  await gateway.load('pageviews-top', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '01',
      articles: [{ article: 'Cat', views: 5, rank: 1 }],
    },
  ]);
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [{ timestamp: '2024-01-01T00:00:00.000Z', edits: 3 }],
    },
  ]);
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

async function bodyOf(path: string): Promise<unknown> {
  const { status, text } = await gateway.get(path);
  assert.equal(status, 200, `${path}: ${text}`);
  return JSON.parse(text) as unknown;
}

void test('a saved question answers like its metric, with fixed dimensions left out of the path', async () => {
  assert.deepEqual(await bodyOf(`/metrics/datasets/cat/${DAYS}`), await bodyOf(`${BASE}/Cat/${DAYS}`));
  assert.deepEqual(
    await bodyOf(`/metrics/datasets/animals/Cat%7CDog/${DAYS}`),
    await bodyOf(`${BASE}/Cat%7CDog/${DAYS}`),
  );
  assert.deepEqual(
    await bodyOf('/metrics/datasets/english-top/2024/01/01'),
    await bodyOf('/metrics/pageviews/top/en.wikipedia/all-access/2024/01/01'),
  );
  assert.deepEqual(
    await bodyOf('/metrics/datasets/people-edits/en.wikipedia/monthly/20240101/20240201'),
    await bodyOf('/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/20240201'),
  );
});

void test('a path chooses among several values, and other values have no answer', async () => {
  const wrong = await gateway.get(`/metrics/datasets/animals/Cow/${DAYS}`);
  assert.equal(wrong.status, 400);
  assert.deepEqual((wrong.body as { allowed: unknown }).allowed, ['Cat', 'Dog']);
});

void test('its sums and its forms are those of any metric', async () => {
  const { text } = await gateway.get(`/metrics/datasets/animals/Cat%7CDog/${DAYS}.csv?sum=article`);
  assert.match(text, /Cat\|Dog,daily,2024-01-01,all-access,user,12/);
  assert.equal((await gateway.get(`/metrics/datasets/cat/${DAYS}?sum=article`)).status, 200);
});

void test('a saved question follows its metric: rows imported for the metric are in it', async () => {
  await gateway.load('pageviews-per-article', [
    {
      project: 'en.wikipedia',
      article: 'Cat',
      granularity: 'daily',
      timestamp: '2024010300',
      access: 'all-access',
      agent: 'user',
      views: 99,
    },
  ]);
  const { items } = (await bodyOf('/metrics/datasets/cat/daily/latest/latest')) as {
    items: { views: number }[];
  };
  assert.equal(items[0]?.views, 99);
});

void test('GraphQL has arguments for open dimensions only, and /query fixes the others', async () => {
  const query = `{ animals(article: DOG, start: "2024-01-01") { project article views }
    cat(start: "2024-01-01", end: "2024-01-02") { article views }
    englishTop(date: "2024-01-01") { project entries { article views } } }`;
  const { body } = (await gateway.agent().post('/graphql').send({ query })) as { body: { data: unknown } };
  assert.deepEqual(body.data, {
    animals: { project: 'en.wikipedia', article: 'DOG', views: [7] },
    cat: { article: 'Cat', views: [5, 6] },
    englishTop: { project: 'en.wikipedia', entries: [{ article: 'Cat', views: 5 }] },
  });
  const { rows } = (await bodyOf('/query?metric=animals&range=2024-01-01&by=article')) as { rows: unknown };
  assert.deepEqual(rows, [
    { article: 'Dog', views: 7 },
    { article: 'Cat', views: 5 },
  ]);
  const { rows: one } = (await bodyOf('/query?metric=cat&range=2024-01-01')) as { rows: unknown };
  assert.deepEqual(one, [{ views: 5 }]);
  const wrong = await gateway.get('/query?metric=cat&range=2024-01-01&where.article=Dog');
  assert.equal(wrong.status, 400);
  assert.deepEqual((wrong.body as { allowed: unknown }).allowed, ['Cat']);
});

void test('values of the metric keep their GraphQL spelling in the saved question', async () => {
  const query =
    '{ busyEditors(project: "en.wikipedia", activityLevel: _5_TO_24_EDITS, start: "2024-01-01") { reason } }';
  const { body } = (await gateway.agent().post('/graphql').send({ query })) as { body: { data: unknown } };
  assert.deepEqual(body.data, { busyEditors: { reason: 'NOT_LOADED' } });
});

void test('a saved question with a fixed article is no field of other articles', async () => {
  const query = '{ article(project: "en.wikipedia", article: "Dog") { cat(start: "2024-01-01") { views } } }';
  assert.equal((await gateway.agent().post('/graphql').send({ query })).status, 400);
});

void test('the catalogue names the fixed values, and shows the owner’s example', async () => {
  const entry = (await bodyOf('/catalogue/cat')) as {
    fixed: unknown;
    dimensions: unknown[];
    examples: string[];
  };
  assert.deepEqual(entry.fixed, {
    project: 'en.wikipedia',
    access: 'all-access',
    agent: 'user',
    article: 'Cat',
  });
  assert.deepEqual(entry.dimensions, []);
  assert.match(entry.examples[0] ?? '', /\/metrics\/datasets\/cat\/daily\/20240101\/20240102$/);
});

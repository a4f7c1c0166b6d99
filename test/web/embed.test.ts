import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* Pictures for the frames of other pages. All numbers are made up for the tests. */

let gateway: Gateway;
const row = { project: 'en.wikipedia', granularity: 'daily', access: 'all-access', agent: 'user' };
const TITLE = 'A/B "<C>" 50%';
before(async () => {
  gateway = await startGateway();
  await gateway.load(
    'pageviews-per-article',
    ['Cat', 'Dog', TITLE.replaceAll(' ', '_')].flatMap((article) =>
      Array.from({ length: 9 }, (_, i) => ({ ...row, article, timestamp: `2024010${i + 1}00`, views: i })),
    ),
    { complete: true },
  );
  await gateway.load('pageviews-top', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '02',
      articles: [{ article: 'Main_Page', views: 100, rank: 1 }],
    },
  ]);
});
after(() => gateway.close());

const PATH = '/pageviews/per-article/en.wikipedia/all-access/user';
const CATS = `${PATH}/Cat%7CDog/daily/20240101/20240108`;

void test('a frame has the picture, whose numbers they are, and the way to all of them', async () => {
  const { status, headers, text } = await gateway.get(`/embed${CATS}`);
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.match(text, /<svg [^>]*role="img"/);
  assert.match(text, /<title>Pageviews of Cat and Dog, en.wikipedia, all-access, user<\/title>/);
  assert.match(text, /Source:\s+AQS: page-analytics/);
  assert.match(text, /spdx\.org\/licenses\/CC0-1\.0\.html/);
  const explore = /<a href="(\/\?[^"]*)" target="_blank"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  assert.deepEqual(Object.fromEntries(new URLSearchParams(explore.slice(2))), {
    metric: 'pageviews-per-article',
    project: 'en.wikipedia',
    access: 'all-access',
    agent: 'user',
    article: 'Cat|Dog',
    granularity: 'daily',
    start: '20240101',
    end: '20240108',
  });
});

void test('a value without rows beside others is named with the nearest, on the first and the kept page', async () => {
  const path = `/embed${CATS.replace('Cat%7CDog', 'Cat%7CDogg')}`;
  for (const turn of [1, 2]) {
    const { text } = await gateway.get(path);
    const [, sentence = ''] = /<p class="none">([^<]*)<\/p>/.exec(text) ?? [];
    assert.equal(
      sentence,
      'No rows in this range: Dogg. There is no article Dogg of en.wikipedia here: did you mean Dog?',
      `${turn}`,
    );
  }
});

void test('any page may frame it, and it may load nothing from elsewhere', async () => {
  const { headers } = await gateway.get(`/embed${CATS}`);
  const policy = headers['content-security-policy'] ?? '';
  assert.match(policy, /frame-ancestors \*/);
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(headers['x-frame-options'], undefined);
});

void test('it is kept like the numbers it shows', async () => {
  const first = await gateway.get(`/embed${CATS}`);
  const again = await gateway.get(`/embed${CATS}`).set('if-none-match', first.headers['etag'] ?? '');
  assert.equal(again.status, 304);
  assert.equal(again.headers['cache-status'], 'kraken; hit');
  assert.equal(first.headers['cache-control'], 's-maxage=14400, max-age=14400');
  const newest = await gateway.get(`/embed${PATH}/Cat/daily/20240101/latest`);
  assert.equal(newest.headers['cache-control'], 's-maxage=60, max-age=60');
});

void test('it needs no script: lists and lines are drawn, and stand in a table too', async () => {
  const top = await gateway.get('/embed/pageviews/top/en.wikipedia/all-access/2024/01/02');
  assert.equal(top.status, 200);
  assert.match(top.text, /<th scope="row">Main Page<\/th>\s*<td>100<\/td>/);
  const lines = await gateway.get(`/embed${CATS}`);
  assert.match(lines.text, /<th scope="row">2 January 2024<\/th>\s*<td>1<\/td>\s*<td>1<\/td>/);
  assert.match(lines.text, / data-unit="views"/);
  assert.doesNotMatch(lines.text, / style="|<style|<script(?! type="module" src="\/assets\/)/);
});

void test('the script finds the numbers of every line where the page says they are', async () => {
  const { text } = await gateway.get(`/embed${CATS}`);
  const attribute = (name: string): string =>
    (new RegExp(` data-${name}="([^"]*)"`).exec(text)?.[1] ?? '').replaceAll('&quot;', '"');
  const lines = JSON.parse(attribute('lines')) as {
    src: number;
    item: number;
    measure: string;
    label: string;
  }[];
  assert.deepEqual(
    lines.map(({ label }) => label),
    ['Cat', 'Dog'],
  );
  const urls = attribute('src').split(' ');
  for (const { src, item, measure, label } of lines) {
    const answer = await gateway.get(`${urls[src]}?shape=columns`);
    const found = (answer.body as { items: Record<string, unknown>[] }).items[item];
    assert.equal(found?.['article'], label);
    assert.deepEqual(found?.[measure], [0, 1, 2, 3, 4, 5, 6, 7]);
  }
});

void test('titles of any kind are text, in URLs too', async () => {
  const { status, text } = await gateway.get(
    `/embed${PATH}/${encodeURIComponent(TITLE)}/daily/20240101/20240108`,
  );
  assert.equal(status, 200);
  assert.doesNotMatch(text, /<C>/);
  const csv = /href="([^"]*\.csv)"/.exec(text)?.[1] ?? '';
  assert.equal((await gateway.get(csv)).status, 200);
  const long = encodeURIComponent('長'.repeat(300));
  assert.equal((await gateway.get(`/embed${PATH}/${long}/daily/20240101/20240108`)).status, 404);
});

void test('a logarithmic scale is an option; others of the page that frames it are not looked at', async () => {
  assert.match((await gateway.get(`/embed${CATS}?scale=log&utm=x`)).text, /data-scale="log"/);
  assert.equal((await gateway.get(`/embed${CATS}?scale=round`)).status, 400);
  assert.equal((await gateway.get(`/embed${CATS}?measure=edits`)).status, 400);
});

void test('a frame is light, whatever its reader’s system prefers, dark or as that, where its URL says so', async () => {
  const schemes = {
    '': 'light',
    '?theme=light': 'light',
    '?theme=dark': 'dark',
    '?theme=auto': 'light dark',
  };
  const etags = new Set<string>();
  for (const [query, scheme] of Object.entries(schemes)) {
    const { text, headers } = await gateway.get(`/embed${CATS}${query}`).expect(200);
    assert.ok(text.includes(`<meta name="color-scheme" content="${scheme}" />`), query);
    etags.add(headers['etag'] ?? '');
  }
  assert.equal(etags.size, 3);
  const dark = await gateway.get(`/embed${CATS}?theme=dark`);
  assert.equal(dark.headers['cache-status'], 'kraken; hit');
  assert.match(dark.text, /\.svg\?theme=dark"/);
});

void test('a theme that there isn’t is refused with those that there are, and a problem has the theme too', async () => {
  const wrong = await gateway.get(`/embed${CATS}?theme=black`).expect(400);
  assert.match(wrong.text, /theme should be light, dark or auto/);
  const missing = await gateway.get(`/embed${PATH}/Nobody/daily/20240101/20240108?theme=dark`).expect(404);
  assert.match(missing.text, /<meta name="color-scheme" content="dark" \/>/);
});

void test('what can’t be drawn is a page with a sentence, under the status that it has', async () => {
  const missing = await gateway.get(`/embed${PATH}/Nobody/daily/20240101/20240108`);
  assert.equal(missing.status, 404);
  assert.match(missing.text, /<p>There is no article Nobody of en\.wikipedia here/);
  assert.equal(missing.headers['cache-control'], 's-maxage=600, max-age=600');
  const wrong = await gateway.get(`/embed${PATH}/Cat/daily/nonsense/20240108`);
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /start timestamp is invalid/);
  assert.equal((await gateway.get('/embed/no/such/path')).status, 404);
});

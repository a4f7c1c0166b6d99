import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { METRICS } from '../../src/metrics/index.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* The catalogue as a page, and which metrics lists call loaded. All numbers are made up for the tests. */

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const MISSING = 'Nothing loaded yet';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.load(
    'unique-devices',
    ['en.wikipedia', 'de.wikipedia'].map((project, i) => ({
      project,
      'access-site': 'all-sites',
      granularity: 'daily',
      timestamp: `2024010${i + 1}`,
      devices: 30,
      offset: 10,
      underestimate: 20,
    })),
  );
});
after(() => gateway.close());

const page = async (path: string): Promise<string> =>
  (await gateway.get(path).set('accept', BROWSER).expect(200)).text.replaceAll(/\s+/g, ' ');

void test('the catalogue is a page for people: what is loaded from when to when, and how to ask for it', async () => {
  const text = await page('/catalogue');
  const [, entry = ''] = /<section class="entry" id="unique-devices"(.*?)<\/section>/.exec(text) ?? [];
  assert.match(entry, /<a href="\/docs\/unique-devices">Unique devices of a project<\/a>/);
  assert.match(entry, /1 January 2024 to 2 January 2024, daily, 2 values of project/);
  assert.match(entry, /<a href="\/catalogue\/unique-devices">/);
  assert.match(text, /<a href="\/catalogue\?format=json">/);
  for (const { name } of METRICS) assert.ok(text.includes(`href="/docs/${name}"`), name);
});

void test('its examples are of what is loaded, so that they answer', async () => {
  const loaded = await startGateway();
  const row = { project: 'en.wikipedia', 'access-site': 'all-sites', granularity: 'monthly' };
  await loaded.load('unique-devices', [
    { ...row, timestamp: '20200201', devices: 1, offset: 0, underestimate: 1 },
  ]);
  const { text } = await loaded.get('/catalogue').set('accept', BROWSER);
  const hrefs = [...text.matchAll(/href="(\/metrics\/[^"]*)"/g)].map(([, href]) => href as string);
  assert.equal(hrefs.length, 1);
  for (const href of hrefs) await loaded.get(href).expect(200);
  await loaded.close();
});

void test('programs get the same JSON as ever, and caches are told that there are two forms', async () => {
  const json = await gateway.get('/catalogue').set('host', 'kraken').expect(200);
  for (const accept of ['*/*', 'application/json', '']) {
    const { text, headers } = await gateway.get('/catalogue').set('accept', accept).set('host', 'kraken');
    assert.equal(text, json.text);
    assert.equal(headers['vary'], 'Accept, Accept-Encoding');
  }
  const asked = await gateway.get('/catalogue?format=json').set('accept', BROWSER).set('host', 'kraken');
  assert.equal(asked.text, json.text);
  const html = await gateway.get('/catalogue').set('accept', BROWSER);
  assert.equal(html.headers['vary'], 'Accept, Accept-Encoding');
  assert.notEqual(html.headers['etag'], json.headers['etag']);
});

void test('metrics of which nothing is loaded stand apart, after all others, wherever metrics are listed', async () => {
  const lists = {
    picker: [/<select id="metric".*?<\/select>/, (name: string) => `value="${name}"`],
    docs: [/<h2 id="metrics">.*?<h2 id="guides">/, (name: string) => `href="/docs/${name}"`],
    navigation: [/<nav aria-label="Docs">.*?<\/nav>/, (name: string) => `href="/docs/${name}"`],
    catalogue: [/<main .*?<\/article>/, (name: string) => `href="/docs/${name}"`],
  } as const;
  const pages = {
    picker: await page('/'),
    docs: await page('/docs'),
    navigation: await page('/docs/limits'),
    catalogue: await page('/catalogue'),
  };
  for (const [name, [pattern, mark]] of Object.entries(lists)) {
    const [list = ''] = pattern.exec(pages[name as keyof typeof pages]) ?? [];
    const [loaded = '', missing = ''] = list.split(MISSING);
    assert.ok(loaded.includes(mark('unique-devices')), name);
    assert.ok(!missing.includes(mark('unique-devices')), name);
    for (const metric of METRICS.filter((one) => one.name !== 'unique-devices')) {
      assert.ok(missing.includes(mark(metric.name)), `${name}: ${metric.name}`);
      assert.ok(!loaded.includes(mark(metric.name)), `${name}: ${metric.name}`);
    }
  }
});

void test('an import moves a metric to those that are loaded', async () => {
  const fresh = await startGateway();
  const text = async (): Promise<string> =>
    (await fresh.get('/docs').set('accept', BROWSER)).text.split(MISSING).at(-1) ?? '';
  assert.match(await text(), /href="\/docs\/unique-devices"/);
  const row = { project: 'en.wikipedia', 'access-site': 'all-sites', granularity: 'daily' };
  await fresh.load('unique-devices', [
    { ...row, timestamp: '20240101', devices: 1, offset: 0, underestimate: 1 },
  ]);
  assert.doesNotMatch(await text(), /href="\/docs\/unique-devices"/);
  await fresh.close();
});

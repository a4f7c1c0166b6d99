import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { GraphData } from '../../src/core/metric/dashboard.ts';
import { figureOf, type FigureOptions } from '../../src/web/figure.ts';
import { Faults } from '../support/faults.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* Questions drawn together. All numbers are made up for the tests. */

let gateway: Gateway;
const faults = new Faults();
const row = { project: 'en.wikipedia', granularity: 'daily', access: 'all-access', agent: 'user' };
before(async () => {
  gateway = await startGateway({
    wrapStore: (store) => faults.store(store),
    flags: { points: '60', cellCacheMb: '0', readDeadlineMs: '500' },
  });
  await gateway.load(
    'pageviews-per-article',
    ['Cat', 'Dog'].flatMap((article) =>
      Array.from({ length: 9 }, (_, i) => ({
        ...row,
        article,
        timestamp: `2024010${i + 1}00`,
        views: i + 1,
      })),
    ),
  );
  await gateway.load(
    'unique-devices',
    ['20240101', '20240201'].map((timestamp) => ({
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'monthly',
      timestamp,
      devices: 30,
      offset: 10,
      underestimate: 20,
    })),
  );
});
after(() => gateway.close());

const views = (article: string): string =>
  `/pageviews/per-article/en.wikipedia/all-access/user/${article}/daily/20240101/20240109`;
const devicesTo = (end: string): string => `/unique-devices/en.wikipedia/all-sites/monthly/20240101/${end}`;
const DEVICES = devicesTo('20240101');

async function figure(data: readonly GraphData[], options: FigureOptions = {}): Promise<string> {
  return (await figureOf(gateway.app.road, data, options, new AbortController().signal)).text;
}
const labels = (text: string): unknown =>
  (
    JSON.parse(/data-lines="([^"]*)"/.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? '[]') as {
      label: string;
    }[]
  ).map(({ label }) => label);

void test('lines of several questions are named by what tells them apart, or as somebody chose', async () => {
  assert.deepEqual(labels(await figure([{ path: views('Cat') }, { path: views('Dog') }])), ['Cat', 'Dog']);
  assert.deepEqual(labels(await figure([{ path: views('Cat'), label: 'Felines' }, { path: views('Dog') }])), [
    'Felines',
    'Dog',
  ]);
  assert.deepEqual(
    labels(
      await figure([
        { path: devicesTo('20240201'), measure: 'offset' },
        { path: devicesTo('20240201'), measure: 'underestimate' },
      ]),
    ),
    ['offset', 'underestimate'],
  );
});

void test('a single period is a picture without a script: there is nothing to move along', async () => {
  const text = await figure([{ path: DEVICES }]);
  assert.match(text, /<svg/);
  assert.doesNotMatch(text, /data-lines/);
});

void test('questions of other grains are drawn over one time', async () => {
  const text = await figure([{ path: views('Cat') }, { path: DEVICES }], { title: 'Both', scale: 'log' });
  assert.match(text, /<title>Both<\/title>/);
  assert.match(text, /data-grain="daily"/);
  assert.match(text, /<circle/);
  assert.match(text, /<th scope="row">1 January 2024<\/th>\s*<td>1<\/td>\s*<td>30<\/td>/);
});

void test('a question that has no answer leaves the others, and is told in a sentence', async () => {
  const text = await figure([{ path: views('Cat') }, { path: views('Nobody') }]);
  assert.match(text, /<svg/);
  assert.match(text, /<p class="none">There is no article Nobody of en\.wikipedia here/);
});

void test('without any answer a figure is its sentences and its title, and nothing throws', async () => {
  for (const path of [views('Nobody'), '/no/such/path', '/pageviews/', `${views('Cat')}x`]) {
    const text = await figure([{ path }], { title: '<Title>' });
    assert.match(text, /^<figure class="chart">/);
    assert.match(text, /<p class="none">[^<]+<\/p>/);
    assert.match(text, /&lt;Title&gt;/);
    assert.doesNotMatch(text, /<svg/);
  }
  assert.match(await figure([{ path: views('Cat'), measure: 'edits' }]), /has no measure edits/);
});

void test('all questions of a figure are charged together', async () => {
  assert.match(await figure([{ path: views('Cat%7CDog') }]), /<svg/);
  const many = Array.from({ length: 7 }, () => ({ path: views('Cat') }));
  assert.match(await figure(many), /<p class="none">The request costs 63 points/);
});

void test('an engine that fails is a sentence without its error', async () => {
  faults.mode = 'failing';
  try {
    const text = await figure([{ path: views('Cat') }]);
    assert.match(text, /<p class="none">The data can’t be read at the moment/);
    assert.doesNotMatch(text, /secret/);
  } finally {
    faults.mode = 'fine';
  }
});

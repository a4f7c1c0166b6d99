import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Views } from '../../src/core/metric/catalogue.ts';
import { Faults } from '../support/faults.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

const EDITS = '/edits/aggregate/en.wikipedia/user/content/monthly/20240101/latest';
const DEVICES = '/unique-devices/en.wikipedia/all-sites/daily/20240101/latest';

const VIEWS: Views = {
  graphs: [
    {
      id: 'edits',
      title: 'Edits & more',
      doc: 'What **people** saved. <script>alert(1)</script> [AQS](https://wikitech.wikimedia.org/)',
      data: [{ path: EDITS, label: 'edits of people' }],
      scale: 'log',
    },
    { id: 'devices', title: 'Devices', data: [{ path: DEVICES, measure: 'offset' }] },
    { id: 'nothing', title: 'Not loaded', data: [{ path: DEVICES.replace('en.', 'xx.') }] },
    { id: 'lost', title: 'Path of nothing', data: [{ path: '/no/such/metric' }] },
  ],
  dashboards: [
    {
      id: 'report',
      headline: 'Report <Card>',
      subhead: 'All that counts',
      tabs: [
        { name: 'Core', graphs: ['edits', 'nothing', 'absent'] },
        { name: 'Readers & devices', graphs: ['devices', 'lost'] },
      ],
    },
    { id: 'one-tab', headline: 'One', tabs: [{ name: 'Only', graphs: ['devices'] }] },
    { id: 'empty', headline: 'Empty', tabs: [] },
  ],
};

const faults = new Faults();
let gateway: Gateway;
before(async () => {
  gateway = await startGateway({
    views: VIEWS,
    // Each graph costs more than half of it.
    flags: { points: '5' },
    wrapStore: (store) => faults.store(store),
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
  });
  const results = ['01', '02', '03'].map((month, i) => ({
    timestamp: `2024-${month}-01T00:00:00.000Z`,
    edits: 4000 + i,
  }));
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results,
    },
  ]);
  await gateway.load(
    'unique-devices',
    ['20240101', '20240102'].map((timestamp) => ({
      project: 'en.wikipedia',
      granularity: 'daily',
      'access-site': 'all-sites',
      timestamp,
      devices: 30,
      offset: 10,
      underestimate: 20,
    })),
  );
});
after(() => gateway.close());

async function page(path: string, status = 200): Promise<string> {
  const { text, headers } = await gateway.get(path).expect(status);
  assert.match(headers['content-type'] as string, /^text\/html/);
  return text;
}

describe('/dashboards', () => {
  void test('lists every dashboard', async () => {
    const text = await page('/dashboards');
    assert.match(text, /<a href="\/dashboards\/report">Report &lt;Card&gt;<\/a>/);
    assert.match(text, /All that counts/);
    assert.match(text, /<a href="\/dashboards\/one-tab">One<\/a>/);
  });

  void test('an instance without any says so', async () => {
    const bare = await startGateway();
    try {
      assert.match(
        (await bare.get('/dashboards').expect(200)).text,
        /There are no dashboards on this instance/,
      );
    } finally {
      await bare.close();
    }
  });
});

describe('/dashboards/ID', () => {
  void test('draws the first tab: its graphs with what they say, and links to their numbers', async () => {
    const text = await page('/dashboards/report');
    assert.match(text, /<h1>Report &lt;Card&gt;<\/h1>/);
    assert.match(text, /<section class="graph" id="edits"[\s\S]*<figure[^>]*class="chart"[\s\S]*<svg/);
    assert.match(text, /<a href="\/graphs\/edits">Edits &amp; more<\/a>/);
    assert.match(text, /<strong>people<\/strong> saved\. &lt;script&gt;/);
    assert.match(text, /href="\/metrics\/edits\/aggregate\/[^"]*\.csv"/);
    assert.doesNotMatch(text, /id="devices"/);
  });

  void test('its tabs are links, which say which one is shown', async () => {
    const text = await page('/dashboards/report');
    assert.match(text, /<a\s+href="\/dashboards\/report"\s+aria-current="page"\s*>Core<\/a/);
    const [, url] = /href="(\/dashboards\/report\?tab=[^"]+)"/.exec(text) ?? [];
    const other = await page(url as string);
    assert.match(other, /id="devices"/);
    assert.doesNotMatch(other, /id="edits"/);
    assert.match(other, /aria-current="page"\s*>Readers &amp; devices<\/a/);
    assert.doesNotMatch(await page('/dashboards/one-tab'), /class="tabs"/);
  });

  void test('a tab that doesn’t exist is the first one, however it is asked for', async () => {
    for (const query of ['?tab=none', '?tab=Core&tab=x', '?tab[]=x', '?tab=%FF'])
      assert.match(await page(`/dashboards/report${query}`), /id="edits"/);
    assert.match(await page('/dashboards/empty'), /<h1>Empty<\/h1>/);
  });

  void test('a graph that can’t be drawn says why in its place, and the others are there', async () => {
    const text = await page('/dashboards/report');
    assert.match(text, /id="nothing"[\s\S]*Nothing is loaded for /);
    assert.match(text, /id="absent"[\s\S]*There is no graph of this name/);
    assert.match(text, /id="edits"[\s\S]*<svg/);
    assert.match(
      await page('/dashboards/report?tab=Readers%20%26%20devices'),
      /id="lost"[\s\S]*No metric has the path/,
    );
  });

  void test('an engine that is down or hangs costs a sentence, not the page', async () => {
    faults.mode = 'failing';
    assert.match(await page('/dashboards/report'), /The data can’t be read at the moment/);
    faults.hang();
    try {
      const began = performance.now();
      assert.match(await page('/dashboards/report'), /took too long|can’t be read/);
      assert.ok(performance.now() - began < 9000);
    } finally {
      faults.resume();
    }
  });

  void test('one that doesn’t exist is a 404 for people, with the name that was meant', async () => {
    assert.match(await page('/dashboards/repord', 404), /Did you mean <a href="\/dashboards\/report">/);
    assert.doesNotMatch(await page('/dashboards/%3Cb%3E', 404), /<b>/);
  });
});

describe('/graphs/ID', () => {
  void test('is the graph by itself, with what it is made of and where it belongs', async () => {
    const text = await page('/graphs/edits');
    assert.match(text, /<h1[^>]*>Edits &amp; more<\/h1>[\s\S]*<svg/);
    assert.match(text, /<a href="\/docs\/edits-aggregate">/);
    assert.match(text, /<a href="\/dashboards\/report">/);
    assert.match(await page('/graphs/none', 404), /no graph <code>none<\/code>/);
  });

  void test('is no picture of one question: a frame of it says what can be had instead', async () => {
    const text = await page('/embed/graphs/edits', 404);
    assert.ok(
      text.includes(
        `Graphs and dashboards can&#39;t be embedded; embed the questions of this one: /embed${EDITS}.`,
      ),
      text,
    );
    for (const path of ['/embed/graphs/none', '/embed/dashboards/report'])
      assert.match(await page(path, 404), /embedded; embed the path of each question in it\./);
  });
});

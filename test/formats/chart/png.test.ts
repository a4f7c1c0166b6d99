import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pathsOf, questionOf } from '../../../src/core/question/metric-paths.ts';
import type { Chart } from '../../../src/formats/chart/chart.ts';
import { cardPng, painted, pngForm } from '../../../src/formats/chart/png.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* Pictures of dots, as files and as the pictures of links. */

const SERIES =
  '/metrics/pageviews/per-article/de.wikipedia/desktop/all-agents/Philip%2C_Duke_of_Edinburgh/daily/20150701/20150731';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ flags: { publicUrl: 'https://stats.example.org' } });
  await gateway.loadSample();
});
after(() => gateway.close());

/** The width and height of a PNG, by its header. */
async function sizeOf(path: string): Promise<[number, number]> {
  const response = await gateway.get(path).buffer(true).expect(200).expect('content-type', 'image/png');
  const body = response.body as Buffer;
  assert.equal(body.subarray(1, 4).toString(), 'PNG', path);
  assert.ok(body.length > 5000, `${path} has ${body.length} bytes: is anything drawn?`);
  return [body.readUInt32BE(16), body.readUInt32BE(20)];
}

void test('an answer is a picture of dots where its path or Accept asks for one', async () => {
  assert.deepEqual(await sizeOf(`${SERIES}.png`), [1440, 720]);
  assert.deepEqual(await sizeOf(`${SERIES}?format=png&theme=dark&scale=log`), [1440, 720]);
  const { headers } = await gateway.get(SERIES).set('accept', 'image/png').buffer(true).expect(200);
  assert.equal(headers['content-type'], 'image/png');
});

void test('the picture of a link is 1200 × 630, whatever it shows', async () => {
  assert.deepEqual(await sizeOf(`${SERIES}.png?size=card`), [1200, 630]);
  const top = '/metrics/pageviews/top/en.wikipedia/all-access/2024/12/15.png?size=card';
  assert.deepEqual(await sizeOf(top), [1200, 630]);
});

void test('a size is refused where there is none', async () => {
  const svg = await gateway.get(`${SERIES}.svg?size=card`).expect(400);
  assert.equal((svg.body as { parameter: string }).parameter, 'size');
  const other = await gateway.get(`${SERIES}.png?size=huge`).expect(400);
  assert.match((other.body as { detail: string }).detail, /chart or card/);
  await gateway.get(`${SERIES}.csv?size=card`).expect(400);
});

describe('every kind of page', () => {
  const PAGES = [
    '/',
    '/docs',
    '/docs/unique-devices',
    '/docs/guides/query',
    '/catalogue',
    `/?metric=edits-aggregate`,
  ];
  for (const path of PAGES)
    void test(`${path} names a picture that is there`, async () => {
      const { text } = await gateway.get(path).set('accept', BROWSER).expect(200);
      const [, url = ''] = /<meta property="og:image" content="([^"]+)"/.exec(text) ?? [];
      const picture = url.replaceAll('&amp;', '&').replaceAll('&#39;', "'");
      assert.ok(picture.startsWith('https://stats.example.org/'), picture);
      assert.deepEqual(await sizeOf(picture.slice('https://stats.example.org'.length)), [1200, 630]);
      assert.match(text, /<meta name="twitter:card" content="summary_large_image" \/>/);
    });
});

void test('pictures for clients that went away are not drawn, and nobody waits for them', async () => {
  const chart: Chart = {
    kind: 'lines',
    title: 'Cakes',
    unit: 'cakes',
    grain: 'daily',
    first: 20_000,
    lines: [{ label: 'Cakes', values: Array.from({ length: 400 }, (_, i) => (i * 7) % 31) }],
  };
  const client = new AbortController();
  const asked = Array.from({ length: 50 }, () => cardPng(chart, client.signal));
  const settled = Promise.allSettled(asked);
  await asked[0];
  client.abort(new Error('gone'));
  const drawn = (await settled).filter(({ status }) => status === 'fulfilled');
  assert.ok(drawn.length <= 10, `${drawn.length} of 50 are drawn`);
  const next = await cardPng(chart);
  assert.equal(next.subarray(1, 4).toString(), 'PNG');
});

void test('an answer as a picture heeds that its client went away, too', async () => {
  const { road } = gateway.app;
  const target = pathsOf(road.catalogue).find(SERIES.slice('/metrics'.length));
  assert.ok(target?.kind === 'metric');
  const plan = road.plan(questionOf(target));
  const answer = await road.read(plan, new AbortController().signal);
  const gone = AbortSignal.abort(new Error('gone'));
  for (const options of [{}, { size: 'card' }] as const)
    await assert.rejects(async () => pngForm(options).render(answer, plan, {}, gone), /gone/);
});

void test('an unknown graph has no picture', async () => {
  await gateway.get('/cards/nothing.png').expect(404);
});

void test('colours are written out, because resvg takes them from another element than browsers do', () => {
  const svg =
    '<svg color="#111" fill="currentColor"><style>.k{color:red}</style><g color="#222"><text>a</text><path stroke="currentColor" fill="none"/></g><rect/></svg>';
  assert.equal(
    painted(svg),
    '<svg color="#111" fill="#111"><g color="#222" fill="#222"><text>a</text><path stroke="#222" fill="none"/></g><rect/></svg>',
  );
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exampleUrl } from '../../src/api/catalogue/catalogue.ts';
import { caveatsOf } from '../../src/core/metric/caveats.ts';
import { pathParameters } from '../../src/core/metric/path-parameters.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { html } from '../../src/web/html.ts';
import { inline } from '../../src/web/markdown.ts';
import { Faults } from '../support/faults.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
/** A page names its own address, and each test's request comes to another port. */
const HOST = 'stats.example.org';
const faults = new Faults();
let gateway: Gateway;
before(async () => {
  gateway = await startGateway({
    wrapStore: (store) => faults.store(store),
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
  });
  await gateway.loadSample();
});
after(() => gateway.close());

/** The HTML of a page, as a browser gets it. */
async function page(path: string): Promise<string> {
  const { status, headers, text } = await gateway.get(path).set('accept', BROWSER);
  assert.equal(status, 200, path);
  assert.match(headers['content-type'] as string, /^text\/html/);
  return text;
}

/** Text as it stands in HTML. */
const escaped = (text: string): string => html`${text}`.text;

describe('a metric’s page', () => {
  for (const metric of METRICS) {
    void test(`${metric.name}: says all that its declaration says`, async () => {
      const text = await page(`/docs/${metric.name}`);
      const said = [
        inline(metric.doc).text,
        escaped(metric.source),
        escaped(`GET /metrics${metric.path}`),
        ...pathParameters(metric).map((name) => `<code>${name}</code>`),
        ...metric.dimensions.flatMap(({ doc, values = [], total }) => [
          inline(doc).text,
          ...[...values, ...(total === undefined ? [] : [total])].map((value) => `<code>${value}</code>`),
        ]),
        ...Object.entries(metric.measures).flatMap(([name, { doc, unit }]) => [
          `<code>${name}</code>`,
          inline(doc).text,
          unit,
        ]),
        ...caveatsOf(metric).map((caveat) => inline(caveat).text),
        ...['invalid-parameter', 'not-found', 'unavailable', '.metadata.json'].map(
          (word) => `<code>${word}</code>`,
        ),
      ];
      for (const words of said) assert.ok(text.includes(words), words);
    });
  }

  void test('shows what the example is answered just now, and its picture', async () => {
    const text = await page('/docs/edits-aggregate');
    const [example] = METRICS.find(({ name }) => name === 'edits-aggregate')?.examples ?? [];
    const url = exampleUrl(
      METRICS.find(({ name }) => name === 'edits-aggregate')!,
      example!,
    );
    const { body } = (await gateway.get(url).expect(200)) as {
      body: { items: { results: { edits: number }[] }[] };
    };
    const [first] = body.items[0]!.results;
    assert.ok(text.includes(escaped(`"edits": ${first!.edits}`)));
    assert.ok(text.includes('… 10 more'));
    assert.match(text, /<figure[^>]*class="chart"[\s\S]*<svg/);
    assert.match(text, /<td>monthly<\/td>\s*<td>2001-01-01<\/td>\s*<td>2022-12-01<\/td>\s*<td>9<\/td>/);
  });

  void test('of a metric that isn’t loaded says so', async () => {
    assert.match(await page('/docs/editors-by-country'), /None of its data is loaded on this instance/);
  });

  void test('that doesn’t exist is a 404 for people, with the name that was meant', async () => {
    const { status, headers, text } = await gateway.get('/docs/unique-device');
    assert.equal(status, 404);
    assert.match(headers['content-type'] as string, /^text\/html/);
    assert.match(text, /Did you mean <a href="\/docs\/unique-devices">/);
    assert.doesNotMatch((await gateway.get('/docs/%3Cscript%3E').expect(404)).text, /<script>/);
  });

  void test('is there while the engine is away, and says that the data can’t be read', async () => {
    faults.mode = 'failing';
    try {
      assert.match(await page('/docs/edits-per-page'), /Edits of a page/);
      const text = await page('/docs/editors-aggregate');
      assert.match(text, /The data can’t be read at the moment/);
      assert.doesNotMatch(text, /secret/);
    } finally {
      faults.mode = 'fine';
    }
  });
});

describe('the guides', () => {
  void test('the first page has every metric with its line, and a first request with its answer', async () => {
    const text = await page('/docs');
    for (const { name, doc } of METRICS) {
      assert.ok(text.includes(`<a href="/docs/${name}">`), name);
      assert.ok(text.includes(inline(doc).text), doc);
    }
    assert.match(text, /curl &#39;http[^&]+\/metrics\/pageviews\/per-article[\s\S]*&quot;views&quot;: 1261/);
  });

  void test('the limits are those that this instance has', async () => {
    const small = await startGateway({ flags: { points: '1234', maxBodyKb: '77', graphqlDepth: '7' } });
    try {
      const { text } = await small.get('/docs/limits').expect(200);
      for (const words of ['1,234', '77 KiB', '7 fields', '367 days', '14,400'])
        assert.ok(text.includes(words), words);
    } finally {
      await small.close();
    }
  });

  void test('the licence says where each metric is from, and whose privacy is guarded how', async () => {
    const text = await page('/docs/licence');
    for (const { source, title } of METRICS)
      assert.ok(text.includes(escaped(source)) && text.includes(escaped(title)));
    assert.match(text, /CC0-1\.0/);
    assert.match(text, /editors-ceil rounded up to a multiple of 10/);
  });

  void test('links lead under the public address, where one is set', async () => {
    const proxied = await startGateway({ flags: { publicUrl: 'https://stats.example.org' } });
    try {
      const { text } = await proxied.get('/docs/unique-devices').expect(200);
      assert.match(text, /curl &#39;https:\/\/stats\.example\.org\/metrics\/unique-devices/);
    } finally {
      await proxied.close();
    }
  });

  void test('on an instance without any data every page stands', async () => {
    const empty = await startGateway();
    try {
      for (const path of ['/docs', '/docs/clients', '/docs/graphiql', '/docs/unique-devices'])
        assert.equal((await empty.get(path)).status, 200, path);
    } finally {
      await empty.close();
    }
  });
});

describe('every page', () => {
  /** The pages that can be reached from these by links, with what each is answered. */
  async function crawl(
    from: readonly string[],
  ): Promise<Map<string, { status: number; text: string; policy: string }>> {
    const found = new Map<string, { status: number; text: string; policy: string }>();
    const queue = [...from];
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      if (found.has(path)) continue;
      const { status, headers, ...body } = await gateway.get(path).set('accept', BROWSER);
      // A picture has none.
      const text = (body.text as string | undefined) ?? '';
      const policy = headers['content-security-policy'] as string;
      found.set(path, { status, text, policy });
      if (!headers['content-type']?.startsWith('text/html')) continue;
      for (const [, href] of text.matchAll(/<a\s[^>]*?href="([^"]*)"/g)) {
        const url = (href as string).replaceAll('&amp;', '&').replaceAll('&#39;', "'");
        // The explorer's states are as many as there are questions.
        if (url.startsWith('/') && !url.startsWith('/?')) queue.push(url.split('#', 1)[0] as string);
      }
    }
    return found;
  }

  void test('links to nothing that isn’t there, and needs no script or style in its text', async () => {
    const found = await crawl(['/docs', '/dashboards']);
    const broken = [...found]
      .filter(([, { status }]) => status !== 200)
      .map(([path, { status }]) => `${status} ${path}`);
    assert.deepEqual(broken, []);
    assert.ok(found.size > METRICS.length * 2, String(found.size));
    for (const [path, { text, policy }] of found) {
      if (!text.startsWith('<!doctype html>')) continue;
      // JSON-LD is data, which no browser executes.
      assert.doesNotMatch(text, /<script(?![^>]*\ssrc=| type="application\/ld\+json">)|\son[a-z]+="/, path);
      assert.match(policy, /script-src 'self';/, path);
      assert.doesNotMatch(text, /(?:src|action)="(?:https?:)?\/\//, path);
      assert.equal(text.match(/<h1/g)?.length, 1, path);
      const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
      assert.equal(new Set(ids).size, ids.length, path);
    }
  });

  void test('has an ETag, is compressed, and is kept for a minute', async () => {
    const { headers } = await gateway
      .get('/docs/licence')
      .set({ 'accept-encoding': 'br', host: HOST })
      .buffer(false);
    assert.equal(headers['content-encoding'], 'br');
    assert.equal(headers['cache-control'], 's-maxage=60, max-age=60');
    const again = gateway.get('/docs/licence').set({ 'if-none-match': headers['etag'], host: HOST });
    assert.equal((await again.expect(304)).text, '');
  });

  void test('an address of nothing is a page for people and a problem for programs', async () => {
    const people = await gateway.get('/nowhere').set('accept', BROWSER).expect(404);
    assert.match(people.text, /There is no such page/);
    assert.match(people.headers['vary'] as string, /Accept\b/);
    const programs = await gateway
      .get('/nowhere')
      .expect(404)
      .expect('content-type', /problem\+json/);
    assert.equal((programs.body as { code: string }).code, 'no-route');
    await gateway.agent().post('/docs').set('accept', BROWSER).expect(405);
  });

  void test('who opens /graphql in a browser gets the console; queries are answered as ever', async () => {
    await gateway.get('/graphql').set('accept', BROWSER).expect(302).expect('location', '/docs/graphiql');
    const asked = await gateway
      .get('/graphql?query=%7Bmetrics%7Bname%7D%7D')
      .set('accept', 'application/json');
    assert.equal(asked.status, 200);
  });
});

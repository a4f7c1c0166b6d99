import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

/** The URLs of scripts, styles and pictures that a page names. */
async function assetsOf(path: string): Promise<string[]> {
  const { text } = await gateway.get(path);
  return [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, url]) => url as string);
}

void test('whatever the pages load is there, of a type that browsers take, and kept for good', async () => {
  const pages = ['/docs', '/docs/api/unique-devices', '/docs/graphiql'];
  const urls = new Set((await Promise.all(pages.map(assetsOf))).flat());
  assert.ok(urls.size >= 8, [...urls].join(' '));
  for (const url of urls) {
    const { status, headers } = await gateway.get(url);
    assert.equal(status, 200, url);
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable', url);
    assert.match(headers['content-type'] as string, /^(text\/(css|javascript)|image\/svg\+xml)/, url);
  }
});

void test('a URL with another digest, or none, has the file that there is, for a minute', async () => {
  for (const url of ['/assets/kraken.css', '/assets/kraken.css?v=old'])
    assert.equal((await gateway.get(url).expect(200)).headers['cache-control'], 's-maxage=60, max-age=60');
});

void test('assets are compressed, and not sent again to who has them', async () => {
  const [url] = (await assetsOf('/docs/graphiql')).filter((one) => one.includes('graphiql.min.js'));
  assert.ok(url);
  const packed = await gateway.get(url).set('accept-encoding', 'br').buffer(false);
  assert.equal(packed.headers['content-encoding'], 'br');
  assert.ok(Number(packed.headers['content-length']) < 400_000);
  const etag = packed.headers['etag'] as string;
  await gateway
    .get(url)
    .set('if-none-match', etag)
    .expect(304)
    .expect('cache-control', /immutable/);
});

void test('what is no asset is 404, also what lies beside them or above', async () => {
  for (const name of ['none.js', 'digests.json', '..%2Fhtml.js', '__proto__', 'constructor', 'kraken'])
    await gateway
      .get(`/assets/${name}`)
      .expect(404)
      .expect('content-type', /problem\+json/);
});

void test('the consoles come with the licences of what they are made of', async () => {
  for (const name of ['graphiql', 'react', 'react-dom'])
    await gateway
      .get(`/assets/${name}.LICENSE.txt`)
      .expect(200)
      .expect('content-type', /^text\/plain/);
});

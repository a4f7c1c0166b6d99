import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'node:test';
import Fastify from 'fastify';
import { Compressor } from '../../../src/api/http/conditional.ts';
import { sendRendered } from '../../../src/api/http/send.ts';
import { cachedCopy, madeNow } from '../../../src/read/answer-cache.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

const MIB = 1024 * 1024;

/** A compressor that counts what it compresses. */
function counting(): { compressor: Compressor; packed: string[] } {
  const packed: string[] = [];
  const compressor = new Compressor(MIB, async (body, encoding) => {
    packed.push(encoding);
    await new Promise(setImmediate);
    return gzipSync(body);
  });
  return { compressor, packed };
}

describe('Compression', () => {
  const body = Buffer.alloc(5000, 'a');

  it('is done once for all who ask at once', async () => {
    const { compressor, packed } = counting();
    const all = await Promise.all(Array.from({ length: 50 }, () => compressor.compress(body, '"1"', 'gzip')));
    assert.deepEqual(packed, ['gzip']);
    assert.ok(all.every((one) => one === all[0]));
    await compressor.compress(body, '"1"', 'br');
    assert.deepEqual(packed, ['gzip', 'br']);
  });

  it('is tried again after it failed', async () => {
    let fails = true;
    const compressor = new Compressor(MIB, (one) =>
      fails ? Promise.reject(new Error('no memory')) : Promise.resolve(gzipSync(one)),
    );
    await assert.rejects(compressor.compress(body, '"1"', 'gzip'), /no memory/);
    fails = false;
    assert.equal(gunzipSync(await compressor.compress(body, '"1"', 'gzip')).length, body.length);
  });

  it('is not done for whoever gets no body', async () => {
    const { compressor, packed } = counting();
    const app = Fastify();
    const rendered = cachedCopy(madeNow(body, 'text/plain'));
    app.route({
      method: ['GET', 'HEAD'],
      url: '/',
      handler: (request, reply) => sendRendered(request, reply, rendered, compressor),
    });
    const headers = { 'accept-encoding': 'gzip' };
    const head = await app.inject({ method: 'HEAD', url: '/', headers });
    assert.equal(head.statusCode, 200);
    assert.equal(head.headers['content-encoding'], 'gzip');
    assert.equal(head.headers['content-length'], undefined);
    const same = { ...headers, 'if-none-match': String(head.headers['etag']) };
    const unchanged = await app.inject({ url: '/', headers: same });
    assert.equal(unchanged.statusCode, 304);
    assert.equal(unchanged.headers['etag'], head.headers['etag']);
    assert.deepEqual(packed, []);
    const whole = await app.inject({ url: '/', headers });
    assert.deepEqual(packed, ['gzip']);
    const again = await app.inject({ method: 'HEAD', url: '/', headers });
    assert.equal(again.headers['content-length'], whole.headers['content-length']);
    const plain = await app.inject({ method: 'HEAD', url: '/' });
    assert.equal(plain.headers['content-length'], String(body.length));
    assert.deepEqual(packed, ['gzip']);
    await app.close();
  });
});

describe('Cache-Status', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
    await gateway.loadSample();
  });
  after(() => gateway.close());

  const statusOf = async (url: string, payload?: object): Promise<unknown> => {
    const answer = await gateway.app.api.inject({
      url,
      ...(payload ? { method: 'POST', payload } : {}),
      headers: { host: 'localhost' },
    });
    assert.equal(answer.statusCode, 200, url);
    return answer.headers['cache-status'];
  };

  for (const url of [
    '/catalogue',
    '/catalogue/unique-devices',
    '/catalogue/unique-devices/values/project',
    '/grafana',
    '/limn/dashboards.json',
    '/metrics/pageviews/',
    '/',
  ])
    it(`says that ${url} is made for each request`, async () => {
      assert.equal(await statusOf(url), 'kraken; fwd=miss');
      assert.equal(await statusOf(url), 'kraken; fwd=miss');
    });

  for (const url of [
    '/openapi.json',
    '/assets/kraken.js',
    '/metrics/unique-devices/en.wikipedia/all-sites/monthly/20200101/20201231',
    '/query?metric=unique-devices&range=2020&where.project=en.wikipedia&grain=monthly',
    '/catalogue/pageviews-per-article/values/article',
  ])
    it(`says that ${url} was kept from the second request on`, async () => {
      assert.equal(await statusOf(url), 'kraken; fwd=miss');
      assert.equal(await statusOf(url), 'kraken; hit');
    });

  it('says so of a panel', async () => {
    const panel = { range: { from: '2024-01-01', to: '2024-12-31' }, targets: [] };
    assert.equal(await statusOf('/grafana/query', panel), 'kraken; fwd=miss');
  });
});

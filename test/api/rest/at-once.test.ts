import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/*
 * A cached answer goes past fastify. `inject` doesn't come that way, so both can be compared.
 */

const PATH = '/metrics/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101/20240131';
const PER_CLIENT = 8;

let gateway: Gateway;
let port: number;
before(async () => {
  gateway = await startGateway({ flags: { maxRequestsPerClient: String(PER_CLIENT) } });
  const row = {
    project: 'en.wikipedia',
    article: 'Cat',
    granularity: 'daily',
    access: 'all-access',
    agent: 'user',
  };
  await gateway.load(
    'pageviews-per-article',
    Array.from({ length: 31 }, (_, i) => ({
      ...row,
      timestamp: `202401${String(i + 1).padStart(2, '0')}00`,
      views: i,
    })),
  );
  await gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = gateway.app.api.server.address() as AddressInfo);
});
after(() => gateway.close());

type Headers = Record<string, string>;
interface Reply {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}

function ask(method: string, path: string, headers: Headers): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { date: _date, connection: _connection, ...others } = response.headers;
        resolve({ status: response.statusCode, headers: others, body: Buffer.concat(chunks) });
      });
    })
      .on('error', reject)
      .end();
  });
}

async function byFastify(method: 'GET' | 'HEAD' | 'OPTIONS', url: string, headers: Headers): Promise<Reply> {
  const { statusCode, headers: found, rawPayload } = await gateway.app.api.inject({ method, url, headers });
  const { date: _date, connection: _connection, ...others } = found;
  return { status: statusCode, headers: others, body: rawPayload };
}

const REQUESTS: readonly (readonly ['GET' | 'HEAD' | 'OPTIONS', string, Headers])[] = [
  ['GET', PATH, {}],
  ['GET', `/api/rest_v1${PATH}`, {}],
  ['GET', PATH, { 'accept-encoding': 'gzip, br;q=0.5' }],
  ['GET', PATH, { 'accept-encoding': 'br' }],
  ['HEAD', PATH, {}],
  ['HEAD', PATH, { 'accept-encoding': 'gzip' }],
  ['GET', PATH, { 'if-none-match': '*' }],
  ['GET', PATH, { 'if-none-match': 'W/"1", "2"' }],
  ['GET', PATH, { accept: 'text/csv' }],
  ['GET', PATH, { accept: 'application/xhtml+xml,text/html;q=0.9,*/*;q=0.8' }],
  ['GET', `${PATH}?format=csv&download=true`, {}],
  ['GET', `${PATH}?shape=columns`, {}],
  ['GET', `${PATH}?fromat=csv`, {}],
  ['GET', `${PATH}?1700000000`, {}],
  ['GET', `${PATH}?wait=1&wait=2`, {}],
  ['GET', `${PATH}?shap=1&shape=x`, {}],
  ['OPTIONS', PATH, {}],
];

void test('a cached answer that goes past fastify has the same status, headers and bytes', async () => {
  for (const [method, path, headers] of REQUESTS) {
    // The second answer is a hit.
    await ask(method, path, headers);
    const [found, expected] = [await ask(method, path, headers), await byFastify(method, path, headers)];
    // Each problem has an id of its own.
    for (const one of [found, expected]) delete one.headers['x-request-id'];
    assert.deepEqual(found, expected, `${method} ${path} ${JSON.stringify(headers)}`);
  }
  const { headers } = await ask('GET', PATH, {});
  assert.match(String(headers['cache-status']), /hit/);
  const known = await ask('GET', PATH, { 'if-none-match': String(headers['etag']) });
  assert.equal(known.status, 304);
  assert.equal(known.body.length, 0);
});

/** Waits until the operators' metrics have a line. */
async function until(line: string): Promise<void> {
  const end = Date.now() + 10_000;
  let body = '';
  while (Date.now() < end) {
    ({ body } = await gateway.app.admin.inject('/metrics'));
    if (body.includes(`\n${line}\n`)) return;
    await new Promise(setImmediate);
  }
  assert.fail(`${line} is not in ${body}`);
}

void test('cached answers are counted', async () => {
  const name = 'kraken_http_requests_total{route="/metrics",status="200"}';
  await ask('GET', PATH, {});
  await until('kraken_http_requests_under_way 0');
  const { body } = await gateway.app.admin.inject('/metrics');
  const before = Number(/route="\/metrics",status="200"\} (\d+)\n/.exec(body)?.[1]);
  for (let i = 0; i < 5; i++) await ask('GET', PATH, {});
  await until(`${name} ${before + 5}`);
  await until('kraken_http_requests_under_way 0');
});

void test('whoever has too many requests under way gets no cached answer, either', async () => {
  await ask('GET', PATH, {});
  await until('kraken_http_requests_under_way 0');
  const slow = Array.from({ length: PER_CLIENT }, () => {
    const headers = { 'content-type': 'application/json', 'content-length': 10 };
    const asking = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/query',
      headers,
      agent: false,
    });
    asking.on('error', () => undefined);
    asking.write('{');
    return asking;
  });
  await until(`kraken_http_requests_under_way ${PER_CLIENT}`);
  assert.equal((await ask('GET', PATH, {})).status, 429);
  for (const asking of slow) asking.destroy();
  await until('kraken_http_requests_under_way 0');
  assert.equal((await ask('GET', PATH, {})).status, 200);
});

void test('a cached answer changes with its data', async () => {
  const before = await ask('GET', PATH, {});
  await gateway.load('pageviews-per-article', [
    {
      project: 'en.wikipedia',
      article: 'Cat',
      granularity: 'daily',
      access: 'all-access',
      agent: 'user',
      timestamp: '2024010100',
      views: 99,
    },
  ]);
  const now = await ask('GET', PATH, {});
  assert.notEqual(now.headers['etag'], before.headers['etag']);
  assert.match(now.body.toString(), /"views":99/);
});

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

let gateway: Gateway;
const PATH = '/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101/20240131';
before(async () => {
  gateway = await startGateway();
  await gateway.load('pageviews-per-article', [
    {
      project: 'en.wikipedia',
      article: 'Cat',
      granularity: 'daily',
      timestamp: '2024010100',
      access: 'all-access',
      agent: 'user',
      views: 1,
    },
    {
      project: 'en.wikipedia',
      article: 'Cat',
      granularity: 'daily',
      timestamp: '2024030100',
      access: 'all-access',
      agent: 'user',
      views: 1,
    },
  ]);
  await gateway.app.api.listen({ port: 0 });
});
after(() => gateway.close());

interface ProblemBody {
  detail: string;
  method: string;
  status: number;
  title: string;
  type: string;
  uri: string;
  reason?: string;
}

/** Sends bytes that no HTTP client would, and gives what came back. */
async function raw(bytes: string): Promise<string> {
  const { port } = gateway.app.api.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, 'localhost', () => socket.write(bytes));
    socket.setTimeout(5000, () => socket.destroy(new Error('no end')));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

describe('problems', () => {
  test('data that is not there: 2.0’s members, words and order [E1]', async () => {
    const response = await gateway.get(`/api/rest_v1/metrics${PATH.replace('Cat', 'Dog')}`);
    assert.equal(response.status, 404);
    const body = response.body as ProblemBody;
    assert.deepEqual(Object.keys(body).slice(0, 6), ['detail', 'method', 'status', 'title', 'type', 'uri']);
    assert.deepEqual(
      { ...body },
      {
        detail:
          'The date(s) you used are valid, but we either do not have data for those date(s), or the project you asked for is not loaded yet. Please check documentation for more information',
        method: 'get',
        status: 404,
        title: 'Not Found',
        type: 'about:blank',
        uri: `/metrics${PATH.replace('Cat', 'Dog')}`,
        code: 'not-found',
        reason: 'no-rows',
        hint: 'There is no article Dog of en.wikipedia here. Loaded for the project en.wikipedia: daily numbers from 2024-01-01 to 2024-03-01, monthly numbers from 2024-01 to 2024-03.',
      },
    );
  });

  test('a 404 says why in its reason [E1]', async () => {
    const reason = async (path: string): Promise<string | undefined> =>
      ((await gateway.get(`/metrics${path}`)).body as ProblemBody).reason;
    assert.equal(await reason(PATH.replace('en.wikipedia', 'xx.wikipedia')), 'not-loaded');
    assert.equal(await reason(PATH.replace('20240101/20240131', '20230101/20230131')), 'outside-coverage');
    assert.equal(await reason(PATH.replace('20240101/20240131', '20240102/20240131')), 'no-rows');
  });

  test('what is no route [E2]', async () => {
    for (const path of [
      '/metrics/pageviews/per-article/en.wikipedia',
      '/metrics/nothing/here',
      PATH.replace('daily', 'hourly').replace(/^/, '/metrics'),
      '/elsewhere',
      '/metrics',
      '/metrics/pageviews/per-article//all-access/user/Cat/daily/20240101/20240131',
    ]) {
      const response = await gateway.get(path);
      assert.equal(response.status, 404, path);
      assert.equal((response.body as ProblemBody).detail, 'invalid route', path);
    }
  });

  test('family roots list what is below them, with a slash only [P13]', async () => {
    const response = await gateway.get('/metrics/pageviews/');
    assert.deepEqual(response.body, {
      items: ['aggregate', 'per-article', 'top', 'top-by-country', 'top-per-country'],
    });
    assert.equal((await gateway.get('/metrics/pageviews')).status, 404);
  });

  test('every error is problem+json with a detail that is one string [E3]', async () => {
    const agent = gateway.agent();
    const responses = await Promise.all([
      agent.get('/nowhere'),
      agent.get('/%'),
      agent.get(`/metrics${PATH.replace('daily', 'never')}`),
      agent.post(`/metrics${PATH}`).send({ a: 1 }),
      agent.delete('/catalogue'),
      agent.get('/catalogue/no-such'),
      agent.post('/graphql').set('content-type', 'application/json').send('{'),
      agent.post('/graphql').set('content-type', 'text/plain').send('{ x }'),
    ]);
    for (const response of responses) {
      assert.ok(response.status >= 400 && response.status < 500, `${response.status}`);
      assert.match(response.headers['content-type'] ?? '', /^application\/problem\+json/, response.text);
      assert.equal(typeof (response.body as ProblemBody).detail, 'string');
    }
    assert.deepEqual(
      responses.map(({ status }) => status),
      [404, 400, 400, 405, 405, 400, 400, 415],
    );
  });

  test('so is what Node’s own parser refuses [E3]', async () => {
    const garbage = await raw('GARBAGE\r\n\r\n');
    assert.match(garbage, /^HTTP\/1\.1 400 /);
    assert.match(garbage, /application\/problem\+json/);
    assert.match(
      await raw(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`),
      /^HTTP\/1\.1 431 [\s\S]*problem\+json/,
    );
    const end = 'Connection: close\r\n\r\n';
    assert.match(await raw(`GET / HTTP/1.1\r\n${end}`), /^HTTP\/1\.1 400 [\s\S]*Host header is missing/);
    const expecting = await raw(`GET /metrics/ HTTP/1.1\r\nHost: a\r\nExpect: foo\r\n${end}`);
    assert.match(expecting, /^HTTP\/1\.1 200 /);
  });

  test('a whole address as the target is read as its path [E3]', async () => {
    const of = (target: string): Promise<string> =>
      raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(await of('http://a/metrics/'), /^HTTP\/1\.1 200 /);
    assert.match(await of(`http://a/metrics${PATH}`), /^HTTP\/1\.1 200 /);
    assert.match(await of('http://a'), /^HTTP\/1\.1 200 /);
    assert.match(await of('http://a?x=1'), /^HTTP\/1\.1 200 /);
  });

  test('a method that a path has not is 405 with those it has [E3]', async () => {
    const response = await gateway.agent().put(`/metrics${PATH}`);
    assert.equal(response.status, 405);
    assert.equal(response.headers['allow'], 'GET, HEAD, OPTIONS');
    for (const path of ['/catalogue/unique-devices', '/limn/graphs/a.json', '/embed/unique-devices/a']) {
      const put = await gateway.agent().put(path);
      assert.deepEqual([put.status, put.headers['allow']], [405, 'GET, HEAD, OPTIONS'], path);
      const options = await gateway.agent().options(path);
      assert.deepEqual([options.status, options.headers['allow']], [200, 'GET, HEAD, OPTIONS'], path);
    }
    assert.equal((await gateway.agent().put('/nothing/here')).status, 404);
  });

  test('a part of a path that is longer than any value is 413 [E3]', async () => {
    const response = await gateway.get(`/catalogue/${'x'.repeat(9000)}`);
    assert.deepEqual([response.status, (response.body as { code: string }).code], [413, 'too-large']);
  });

  test('uri is the public path without /api/rest_v1 [E4]', async () => {
    const response = await gateway.get('/api/rest_v1/metrics/pageviews/nothing?x=1');
    assert.equal((response.body as ProblemBody).uri, '/metrics/pageviews/nothing');
  });
});

describe('headers', () => {
  test('a closed range may be kept four hours, one that touches the newest period a minute [H1]', async () => {
    const closed = await gateway.get(`/metrics${PATH}`);
    assert.equal(closed.headers['cache-control'], 's-maxage=14400, max-age=14400');
    assert.equal(closed.headers['content-type'], 'application/json; charset=utf-8');
    assert.match(closed.headers['etag'] ?? '', /^"[0-9a-f]{40}"$/);
    const open = await gateway.get(`/metrics${PATH.replace('20240131', '20240301')}`);
    assert.equal(open.headers['cache-control'], 's-maxage=60, max-age=60');
  });

  test('any web page may read every answer [H2]', async () => {
    for (const path of [
      `/metrics${PATH}`,
      '/nowhere',
      '/catalogue',
      `/metrics${PATH.replace('daily', 'x')}`,
    ]) {
      const { headers } = await gateway.get(path);
      assert.equal(headers['access-control-allow-origin'], '*', path);
      assert.equal(headers['access-control-allow-methods'], 'GET,HEAD');
      assert.match(headers['access-control-allow-headers'] ?? '', /api-user-agent/);
      assert.equal(headers['access-control-expose-headers'], 'etag');
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
    const options = await gateway.agent().options(`/metrics${PATH}`);
    assert.equal(options.status, 200);
    assert.equal(options.headers['access-control-allow-origin'], '*');
  });

  test('bodies are compressed where that is accepted and worth it [H3]', async () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      project: 'de.wikipedia',
      article: 'Katze',
      granularity: 'daily',
      timestamp: new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10).replaceAll('-', '') + '00',
      access: 'all-access',
      agent: 'user',
      views: i,
    }));
    await gateway.load('pageviews-per-article', many);
    const path = '/metrics/pageviews/per-article/de.wikipedia/all-access/user/Katze/daily/20240101/20240228';
    const plain = await gateway.get(path).set('accept-encoding', 'identity');
    assert.equal(plain.headers['content-encoding'], undefined);
    for (const encoding of ['br', 'gzip']) {
      const packed = await gateway.get(path).set('accept-encoding', encoding);
      assert.equal(packed.headers['content-encoding'], encoding);
      assert.equal(packed.headers['etag'], `${plain.headers['etag']?.slice(0, -1)}-${encoding}"`);
      assert.equal(packed.headers['vary'], 'Accept, Accept-Encoding');
      assert.equal(packed.text, plain.text);
      const again = await gateway
        .get(path)
        .set('accept-encoding', encoding)
        .set('if-none-match', packed.headers['etag'] ?? '');
      assert.equal(again.status, 304);
      assert.equal(again.text, '');
    }
    const { headers } = plain;
    assert.deepEqual(
      [headers['x-frame-options'], headers['referrer-policy'], headers['content-security-policy']],
      ['SAMEORIGIN', 'origin-when-cross-origin', "default-src 'none'; frame-ancestors 'none'"],
    );
  });

  test('a 404 for data may be kept ten minutes, other errors not at all [H4]', async () => {
    const missing = await gateway.get(`/metrics${PATH.replace('Cat', 'Dog')}`);
    assert.equal(missing.headers['cache-control'], 's-maxage=600, max-age=600');
    assert.equal((await gateway.get('/nowhere')).headers['cache-control'], 'no-store');
  });

  test('HEAD has the headers of GET and no body [H1]', async () => {
    const [head, get] = await Promise.all([
      gateway.agent().head(`/metrics${PATH}`),
      gateway.get(`/metrics${PATH}`),
    ]);
    assert.equal(head.status, 200);
    assert.equal(head.headers['etag'], get.headers['etag']);
    assert.equal(head.headers['content-length'], get.headers['content-length']);
    assert.equal(head.text ?? '', '');
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '../../src/log/event-log.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { readLog } from './read-log.ts';
import { until } from '../support/until.ts';

const FLAGS = { collect: 'true', maxBodyKb: '8', batchEvents: '20', trustedProxies: 'loopback' };

const AGENT = { 'user-agent': 'Mozilla/5.0 Firefox/140.0' };

let gateway: Gateway;
let port: number;
before(async () => {
  gateway = await startGateway({ flags: FLAGS });
  await gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = gateway.app.api.server.address() as AddressInfo);
});
after(() => gateway.close());

interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request over a connection, so that a direct route answers it. */
async function send({ method, path, headers = {}, body = '' }: Sent): Promise<Answer> {
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sending = request({ port, method, path, headers: { ...AGENT, ...headers, ...length }, agent: false });
  sending.end(body);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  const parts = await response.setEncoding('utf8').toArray();
  return { status: response.statusCode, headers: response.headers, body: parts.join('') };
}

/** Brings a request to fastify, past the direct routes. */
async function inject({ method, path, headers = {}, body = '' }: Sent): Promise<Answer> {
  const payload = body === '' ? {} : { payload: body };
  const all = { ...AGENT, ...headers };
  const answer = await gateway.app.api.inject({ method, url: path, headers: all, ...payload });
  return { status: answer.statusCode, headers: answer.headers as IncomingHttpHeaders, body: answer.body };
}

const view = (path: string, more: object = {}) => ({
  meta: { stream: 'pageview' },
  site: 'example.org',
  path,
  ...more,
});
const json = (value: unknown): string => JSON.stringify(value);
const post = (body: string, query = '', headers = {}): Sent => ({
  method: 'POST',
  path: `/v1/events${query}`,
  headers: { 'content-type': 'application/json', ...headers },
  body,
});
const get = (query: string, headers = {}): Sent => ({ method: 'GET', path: `/pageview${query}`, headers });

const REQUESTS: readonly Sent[] = [
  post(json(view('/one'))),
  post(json([view('/a'), view('/b')]), '', { origin: 'https://example.org' }),
  post(json([view('/a'), view('/b', { more: 1 }), 5])),
  post(json([{ site: 1 }]), '?stream=pageview'),
  post(json(view('/hasty')), '?hasty=true'),
  post(json(view('/stream')), '?stream=pageview&stream=other'),
  post(`\uFEFF${json(view('/mark'))}`),
  post(json(view('/text')), '', { 'content-type': 'text/plain;charset=UTF-8' }),
  post(json(view('/none')), '', { 'content-type': 'no media type' }),
  post(''),
  post('[]'),
  post('{"site":'),
  post('['.repeat(100)),
  post(json(Array.from({ length: 21 }, () => view('/too-many')))),
  post(json(view(`/${'x'.repeat(9000)}`))),
  post(json(view('/é', { title: 'Ünïcödé \u{1F419}' }))),
  get('?url=https%3A%2F%2Fexample.org%2Fa%3Fb&title=A+page%20here&no_cookies=1'),
  get('?url=nothing', { origin: 'null' }),
  get('?url=%zz&title=%E0%A4%A'),
  get('?url=https://example.org/&url=https://example.net/'),
  get('?__proto__=1&url=https://example.org/'),
  get('', { referer: 'https://example.org/from', 'sec-gpc': '1' }),
  get(''),
  { method: 'POST', path: '/pageview', body: 'url=https%3A%2F%2Fexample.org%2Fform' },
  { method: 'POST', path: '/pageview', body: '[]' },
  { method: 'PUT', path: '/v1/events', body: '{}' },
  { method: 'HEAD', path: '/pageview?url=https://example.org/' },
  { method: 'OPTIONS', path: '/v1/events', headers: { origin: 'https://example.org' } },
  { method: 'GET', path: '/v1/events' },
];

void test('a direct route answers as fastify does, and keeps the same events', async () => {
  const kept = async (): Promise<unknown[]> =>
    (await readLog(gateway.eventLog, 'pageview')).map(({ meta: _meta, ...event }) => event);
  // The date, the connection and the id are those of one request.
  const comparable = ({ status, headers, body }: Answer): object => {
    const { date: _date, connection: _connection, 'x-request-id': id, ...rest } = headers;
    return { status, headers: rest, body, hasId: id !== undefined };
  };
  for (const sent of REQUESTS) {
    const name = `${sent.method} ${sent.path} ${sent.body?.slice(0, 100) ?? ''}`;
    const before = (await kept()).length;
    const direct = comparable(await send(sent));
    await sleep(sent.path.includes('hasty') ? 100 : 0);
    const between = (await kept()).length;
    assert.deepEqual(direct, comparable(await inject(sent)), name);
    await sleep(sent.path.includes('hasty') ? 100 : 0);
    const all = await kept();
    assert.deepEqual(all.slice(before, between), all.slice(between), name);
  }
  assert.ok((await kept()).length > 20);
});

void test('a body without a length is read, too, and one over the limit is refused', async () => {
  const sending = request({ port, method: 'POST', path: '/v1/events', agent: false });
  sending.write(json(view('/chunked')).slice(0, 20));
  sending.end(json(view('/chunked')).slice(20));
  const [response] = (await once(sending, 'response')) as [{ statusCode: number }];
  assert.equal(response.statusCode, 201);
  const long = await send(post(json(view(`/${'x'.repeat(9000)}`))));
  assert.equal(long.status, 413);
});

void test('the address is the one that a trusted proxy names', async () => {
  await send(get('?url=https://example.org/behind', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }));
  const seen = (await readLog(gateway.eventLog, 'pageview')).filter(({ path }) => path === '/behind');
  assert.deepEqual(
    seen.map(({ address }) => address),
    ['203.0.113.9'],
  );
});

void test('answers of direct routes are counted, and so are senders that leave', async () => {
  const registry = async (): Promise<string> => (await gateway.app.admin.inject('/metrics')).body;
  const countOf = async (route: string, status: number): Promise<number> => {
    const line = `kraken_http_requests_total{route="${route}",status="${status}"} `;
    const found = (await registry()).split('\n').find((one) => one.startsWith(line));
    return Number(found?.slice(line.length) ?? 0);
  };
  const before = await countOf('/pageview', 204);
  await send(get('?url=https://example.org/counted'));
  assert.equal(await countOf('/pageview', 204), before + 1);
  const leaving = connect(port, '127.0.0.1');
  await once(leaving, 'connect');
  leaving.write('POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
  await sleep(50);
  leaving.destroy();
  await until('it is counted', async () => (await countOf('/v1/events', 499)) > 0);
  assert.match(await registry(), /kraken_http_requests_under_way 0/);
});

void test('clients that have too many requests under way are refused', async () => {
  let goOn = (): void => undefined;
  const log = {
    append: () => new Promise((resolve) => (goOn = () => resolve({}))),
    streams: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  } as unknown as EventLog;
  const narrow = await startGateway({
    flags: { collect: 'true', maxRequestsPerClient: '1' },
    eventLog: log,
  });
  try {
    const first = narrow.get('/pageview?url=https://example.org/').then(({ status }) => status);
    await sleep(100);
    const second = await narrow.get('/pageview?url=https://example.org/');
    assert.deepEqual([second.status, second.headers['retry-after']], [429, '2']);
    goOn();
    assert.equal(await first, 204);
  } finally {
    await narrow.close();
  }
});

void test('a stop waits for running requests, and ends connections that go on', async () => {
  let goOn = (): void => undefined;
  const log = {
    append: () => new Promise((resolve) => (goOn = () => resolve({}))),
    streams: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  } as unknown as EventLog;
  const stopping = await startGateway({ flags: { collect: 'true' }, eventLog: log });
  await stopping.app.api.listen({ host: '127.0.0.1', port: 0 });
  const address = stopping.app.api.server.address() as AddressInfo;
  const socket = connect(address.port, '127.0.0.1').setEncoding('latin1');
  let text = '';
  socket.on('data', (part: string) => (text += part));
  const ask = 'GET /pageview?url=https://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n';
  socket.write(ask);
  await sleep(100);
  const closed = stopping.close();
  await sleep(100);
  assert.equal(text, '');
  // The next request waits in the connection behind the first.
  socket.write(ask);
  await sleep(50);
  goOn();
  await once(socket, 'close');
  assert.match(text, /^HTTP\/1\.1 204 /);
  assert.match(text, /HTTP\/1\.1 503 [^]*Connection: close/i);
  await closed;
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

const BOUNDS = { maxRequests: '5', maxRequestsPerClient: '3', trustedProxies: 'loopback' };
const NO_CACHES = { cellCacheMb: '0', answerCacheMb: '0' };
const PATH = '/metrics/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101/20240101';
const ROW = {
  project: 'en.wikipedia',
  article: 'Cat',
  granularity: 'daily',
  access: 'all-access',
  agent: 'user',
};

let faults: Faults;
let gateway: Gateway | undefined;
let port: number;
beforeEach(async () => {
  await gateway?.close();
  faults = new Faults();
});
after(() => gateway?.close());

async function start(flags: Record<string, string>): Promise<void> {
  gateway = await startGateway({ flags, wrapStore: (store) => faults.store(store) });
  await gateway.load('pageviews-per-article', [{ ...ROW, timestamp: '2024010100', views: 7 }]);
  await gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = gateway.app.api.server.address() as AddressInfo);
}

interface Reply {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: { readonly code?: string; readonly detail?: string };
}

/** Asks from an address of one's own, by a connection of one's own. */
function ask(client: string, path = PATH): { reply: Promise<Reply>; leave: () => void } {
  const headers = { 'x-forwarded-for': client };
  const asking = request({ host: '127.0.0.1', port, path, headers, agent: false });
  const reply = new Promise<Reply>((resolve, reject) => {
    asking.on('error', reject);
    asking.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const { statusCode: status, headers: sent } = response;
        resolve({ status, retryAfter: sent['retry-after'], body: JSON.parse(text) as Reply['body'] });
      });
    });
  });
  reply.catch(() => undefined);
  asking.end();
  return { reply, leave: () => asking.destroy() };
}

/** Waits until the gateway counts so many requests as under way. */
async function untilUnderWay(count: number): Promise<void> {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const { body } = (await gateway?.app.admin.inject('/metrics')) ?? { body: '' };
    if (body.includes(`\nkraken_http_requests_under_way ${count}\n`)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`never are ${count} requests under way`);
}

void test('whoever asks one question at a time is answered, however slow the machine is', async () => {
  await start(NO_CACHES);
  faults.work = () => {
    const end = performance.now() + 1100;
    while (performance.now() < end);
  };
  for (let i = 0; i < 4; i++) assert.equal((await ask('192.0.2.1').reply).status, 200);
});

void test('one client may have so many requests under way: more are 429, and others are answered', async () => {
  await start({ ...BOUNDS, ...NO_CACHES });
  faults.hang();
  const own = [ask('192.0.2.1'), ask('192.0.2.1'), ask('192.0.2.1')];
  await untilUnderWay(3);
  const { status, retryAfter, body } = await ask('192.0.2.1').reply;
  assert.deepEqual([status, retryAfter, body.code], [429, '2', 'too-many-requests']);
  assert.match(body.detail ?? '', /3 running requests/);
  assert.equal((await ask('192.0.2.2', '/catalogue').reply).status, 200);
  faults.resume();
  for (const { reply } of own) assert.equal((await reply).status, 200);
  await untilUnderWay(0);
  assert.equal((await ask('192.0.2.1').reply).status, 200);
});

void test('all together may have so many requests under way: more are 503', async () => {
  await start({ ...BOUNDS, ...NO_CACHES });
  faults.hang();
  const asked = [1, 2, 3, 4, 5].map((i) => ask(`192.0.2.${i}`));
  await untilUnderWay(5);
  const { status, retryAfter, body } = await ask('192.0.2.6').reply;
  assert.deepEqual([status, retryAfter, body.code], [503, '2', 'unavailable']);
  faults.resume();
  for (const { reply } of asked) assert.equal((await reply).status, 200);
});

void test('who goes away has nothing under way any more', async () => {
  await start({ ...BOUNDS, ...NO_CACHES });
  faults.hang();
  const own = [ask('192.0.2.1'), ask('192.0.2.1'), ask('192.0.2.1')];
  await untilUnderWay(3);
  for (const { leave } of own) leave();
  await untilUnderWay(0);
  faults.resume();
  assert.equal((await ask('192.0.2.1').reply).status, 200);
});

void test('a request that never reaches a route, or goes through no socket, is over as well', async () => {
  await start(BOUNDS);
  for (let i = 0; i < 10; i++) {
    assert.equal((await ask('192.0.2.1', '/nothing').reply).status, 404);
    assert.equal((await gateway?.app.api.inject('/nothing'))?.statusCode, 404);
  }
  const asking = request({ host: '127.0.0.1', port, path: PATH, method: 'DELETE', agent: false });
  const [response] = (await once(asking.end(), 'response')) as [{ statusCode: number; resume: () => void }];
  response.resume();
  assert.equal(response.statusCode, 405);
  await untilUnderWay(0);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { TRACKERS } from '../../src/collect/trackers/index.ts';
import { LogBusyError, LogFullError, LogWriteError } from '../../src/log/log-errors.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import type { Written } from './memory-log.ts';
import { readLog } from './read-log.ts';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ flags: { collect: 'true', eventKb: '2', batchEvents: '20' } });
  await gateway.load('pageviews-aggregate', [
    {
      project: 'en.wikipedia',
      access: 'desktop',
      agent: 'user',
      granularity: 'daily',
      timestamp: '2024030100',
      views: 1,
    },
  ]);
});
after(() => gateway.close());

const view = (path: string) => ({ site: 'example.org', path, meta: { stream: 'pageview' } });
const events = (body: string | object, query = '') =>
  gateway.agent().post(`/v1/events${query}`).set('content-type', 'application/json').send(body);
const viewsOf = async (prefix: string): Promise<Written[]> =>
  (await readLog(gateway.eventLog, 'pageview')).filter(({ path }) => String(path).startsWith(prefix));

void test('events are answered as EventGate does, when the log has them', async () => {
  const { status, text } = await events([view('/all/1'), view('/all/2')]);
  assert.deepEqual([status, text, (await viewsOf('/all/')).length], [201, '', 2]);
  assert.equal((await events(view('/all/3'))).status, 201);

  const wrong = { ...view('/some/2'), more: 1 };
  const some = await events([view('/some/1'), wrong, 5, { site: 'example.org' }]);
  assert.equal(some.status, 207);
  const { invalid, error } = some.body as { invalid: Record<string, unknown>[]; error: unknown[] };
  assert.deepEqual(error, []);
  assert.deepEqual(invalid[0], {
    status: 'invalid',
    event: wrong,
    context: {
      message: 'The event must not have more.',
      refusal: 'schema',
      errors: [{ instancePath: '', message: 'must not have more' }],
    },
  });
  assert.deepEqual(
    invalid.slice(1).map(({ context }) => (context as { message: string }).message),
    ['An event is a JSON object.', 'The event names no stream: meta.stream, or stream= in the URL.'],
  );
  assert.equal((await viewsOf('/some/')).length, 1);

  const none = await events([wrong]);
  assert.deepEqual([none.status, (none.body as { invalid: unknown[] }).invalid.length], [400, 1]);
});

void test('the URL may name the stream and the schema', async () => {
  const path = '/by-url';
  const { status } = await events(
    { site: 'example.org', path },
    '?stream=pageview&schema_uri=/pageview/1.0.0',
  );
  const [written] = await viewsOf(path);
  assert.deepEqual([status, written?.['$schema']], [201, '/pageview/1.0.0']);
});

void test('a hasty request is answered before its events are on disk, and the answer says so', async () => {
  const { status, text } = await events([view('/hasty')], '?hasty=true');
  assert.deepEqual(
    [status, text],
    [202, '1 events hastily received. They are not on disk yet, and may be refused or lost.\n'],
  );
});

void test('only the sites that the operator names are collected', async () => {
  const named = await startGateway({ flags: { collect: 'true', sites: 'example.org, *.example.com' } });
  try {
    const statusOf = async (url: string) => (await named.get('/pageview').query({ url })).status;
    assert.equal(await statusOf('https://example.org/'), 204);
    assert.equal(await statusOf('https://www.example.com/'), 204);
    assert.equal(await statusOf('https://other.example/'), 400);
    const action = { meta: { stream: 'action' }, name: 'signup' };
    const act = async (event: object) => {
      const answer = await named.agent().post('/v1/events').send(event);
      return [answer.status, (answer.body as { invalid?: { context: unknown }[] }).invalid?.[0]?.context];
    };
    assert.deepEqual(await act({ ...action, site: 'example.org' }), [201, undefined]);
    const message = 'The event names no site, and only some are collected here (KRAKEN_SITES).';
    assert.deepEqual(await act(action), [400, { message, refusal: 'site' }]);
  } finally {
    await named.close();
  }
});

void test('an event without a site is collected where any site is', async () => {
  for (const sites of ['others', '*']) {
    const open = await startGateway({ flags: { collect: 'true', sites } });
    const event = { meta: { stream: 'action' }, name: 'signup' };
    assert.equal((await open.agent().post('/v1/events').send(event)).status, 201);
    await open.close();
  }
});

void test('lines of logs come by HTTP from the addresses that the operator names, and from no others', async () => {
  const line = {
    meta: { stream: 'webrequest' },
    dt: '2026-11-29T11:00:00Z',
    uri_host: 'example.org',
    uri_path: '/',
  };
  const answer = await events(line);
  const { invalid } = answer.body as { invalid: { context: { refusal: string } }[] };
  assert.deepEqual([answer.status, invalid[0]?.context.refusal], [400, 'closed']);
  const open = await startGateway({ flags: { collect: 'true', logSenders: 'loopback' } });
  try {
    assert.equal((await open.agent().post('/v1/events').send(line)).status, 201);
  } finally {
    await open.close();
  }
});

void test('bodies that hold no events are refused, and kept as rejects', async () => {
  for (const [body, status, detail] of [
    ['', 400, 'The body has no events.'],
    ['[]', 400, 'The body has no events.'],
    ['{"site":', 400, 'The body is not valid JSON.'],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 400, 'The JSON nests more than 64 deep.'],
    [
      JSON.stringify(Array.from({ length: 21 }, () => view('/too-many'))),
      413,
      'The request has 21 events, and may have 20.',
    ],
  ] as const) {
    const answer = await events(body);
    assert.deepEqual([answer.status, (answer.body as { detail: string }).detail], [status, detail]);
    assert.match(answer.type, /problem\+json/);
  }
  const long = await events([view('/fits'), view(`/long${'x'.repeat(3000)}`)]);
  assert.equal(long.status, 207);
  // Rejects are written in the background.
  const isKept = async (reason: RegExp): Promise<boolean> => {
    for (let tries = 0; tries < 200; tries++) {
      const rejects = await readLog(gateway.eventLog, 'rejects');
      if (rejects.some((reject) => reason.test(String(reject['reason'])))) return true;
      await sleep(20);
    }
    return false;
  };
  assert.ok(await isKept(/^The body is not valid JSON\.$/));
  assert.ok(await isKept(/^The event has 3\d\d\d bytes, and may have 2048\.$/));
});

void test('a body of any media type is read, so that browsers send events without a preflight request', async () => {
  for (const type of ['text/plain;charset=UTF-8', 'application/json', 'application/x-www-form-urlencoded']) {
    const { status } = await gateway
      .agent()
      .post('/v1/events')
      .set('content-type', type)
      .send(JSON.stringify(view('/types')));
    assert.equal(status, 201);
  }
  assert.equal((await viewsOf('/types')).length, 3);
});

void test('a page view comes by URL, by form, by JSON, and by the Referer of a pixel', async () => {
  const agent = gateway.agent();
  const url = 'https://Example.org:8443/by/url?a=1#part';
  assert.equal((await agent.get('/pageview').query({ url, title: 'A', no_cookies: '1' })).status, 204);
  assert.equal(
    (await agent.post('/pageview').type('form').send({ url: 'https://example.org/by/form' })).status,
    204,
  );
  assert.equal(
    (await agent.post('/pageview').send({ site: 'example.org', path: '/by/json', id: 'mine' })).status,
    204,
  );
  const pixel = await agent.get('/pageview.gif').set('referer', 'https://example.org/by/pixel');
  assert.deepEqual([pixel.status, pixel.type, (pixel.body as Buffer).length], [200, 'image/gif', 43]);
  const seen = await viewsOf('/by/');
  assert.deepEqual(
    seen.map(({ site, path, title, no_cookies: noCookies, source }) => [
      site,
      path,
      title,
      noCookies,
      source,
    ]),
    [
      ['example.org', '/by/url?a=1', 'A', true, 'pageview'],
      ['example.org', '/by/form', undefined, undefined, 'pageview'],
      ['example.org', '/by/json', undefined, undefined, 'pageview'],
      ['example.org', '/by/pixel', undefined, undefined, 'pixel'],
    ],
  );
  assert.equal(seen[2]?.meta.id, 'mine');
  assert.ok(seen.every(({ address }) => typeof address === 'string'));
  for (const wrong of ['/pageview', '/pageview?url=nothing', '/pageview?url=https://example.org/&more=1']) {
    assert.equal((await agent.get(wrong)).status, 400, wrong);
  }
  assert.equal((await agent.head('/pageview').query({ url })).status, 405);
});

void test('nobody can add views to projects whose numbers come from another source', async () => {
  for (const host of ['en.wikipedia.org', 'EN.m.wikipedia.org']) {
    const answer = await gateway.get('/pageview').query({ url: `https://${host}/wiki/Kraken` });
    assert.equal(answer.status, 400);
    const host2 = host.toLowerCase();
    assert.equal(
      (answer.body as { detail: string }).detail,
      `${host2} has numbers from another source, and is collected only where KRAKEN_SITES names it.`,
    );
  }
  assert.equal(
    (await gateway.get('/pageview').query({ url: 'https://de.wikipedia.org/wiki/Krake' })).status,
    204,
  );
});

void test('a view with a privacy signal is counted without an address', async () => {
  const url = 'https://example.org/quiet';
  await gateway.get('/pageview').query({ url }).set('sec-gpc', '1');
  await gateway.get('/pageview').query({ url }).set('dnt', '1');
  await gateway.get('/pageview').query({ url }).set('dnt', '0').set('user-agent', 'curl/8.5.0');
  const seen = await viewsOf('/quiet');
  assert.deepEqual(
    seen.map(({ privacy, address, is_bot: isBot }) => [privacy, typeof address, isBot]),
    [
      ['gpc', 'undefined', undefined],
      ['dnt', 'undefined', undefined],
      [undefined, 'string', true],
    ],
  );
});

void test('a page of any origin may send, with credentials too', async () => {
  const preflight = await gateway
    .agent()
    .options('/v1/events')
    .set({ origin: 'https://example.org', 'access-control-request-headers': 'content-type,x-own' });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], 'https://example.org');
  assert.equal(preflight.headers['access-control-allow-credentials'], 'true');
  assert.equal(preflight.headers['access-control-allow-headers'], 'content-type,x-own');
  assert.equal(preflight.headers['access-control-allow-methods'], 'POST');
  const { headers } = await events(view('/cors')).set('origin', 'https://example.org');
  assert.equal(headers['access-control-allow-origin'], 'https://example.org');
});

void test('the OpenAPI document has each path under which events are collected, with its methods', async () => {
  const { paths } = (await gateway.get('/openapi.json')).body as { paths: Record<string, object> };
  const collecting = Object.entries(paths).filter(([, methods]) =>
    Object.values(methods).some(({ tags }: { tags?: string[] }) => tags?.includes('collect')),
  );
  const documented = collecting.map(([path, methods]) => [path, Object.keys(methods).toSorted()]);
  const routes = new Map<string, string[]>();
  for (const path of collecting.map(([name]) => name)) {
    const { headers } = await gateway.agent().options(path);
    routes.set(path, String(headers['access-control-allow-methods']).toLowerCase().split(', ').toSorted());
  }
  assert.deepEqual(documented, [...routes]);
  const shared = ['/v1/events', '/pageview', '/pageview.gif', '/beacon/event', '/event.gif'];
  const ofTrackers = TRACKERS.flatMap((tracker) => tracker.routes.map(({ url }) => url));
  assert.deepEqual([...routes.keys()], [...new Set([...shared, ...ofTrackers])]);
});

void test('operators see what is collected', async () => {
  const registry = await gateway.app.admin.inject('/metrics');
  assert.match(registry.body, /kraken_collect_events_total\{stream="pageview",outcome="accepted"\} \d\d/);
  assert.match(registry.body, /kraken_collect_refused_total\{stream="pageview",reason="schema"\} \d/);
  assert.match(registry.body, /kraken_collect_refused_total\{stream="unknown",reason="malformed"\} \d/);
  assert.match(registry.body, /kraken_collect_durable_seconds_count \d\d/);
  assert.match(registry.body, /kraken_event_log_ready 1/);
});

void test('a gateway that collects nothing has none of these paths', async () => {
  const plain = await startGateway();
  try {
    assert.equal((await plain.get('/pageview')).status, 404);
    assert.equal((await plain.agent().post('/v1/events').send({})).status, 404);
    const { paths } = (await plain.get('/openapi.json')).body as { paths: object };
    assert.ok(!('/v1/events' in paths));
    assert.equal(plain.app.collect, undefined);
  } finally {
    await plain.close();
  }
});

void test('collecting may have a port of its own', async () => {
  const own = await startGateway({ flags: { collect: 'true', collectPort: '0' } });
  try {
    assert.equal((await own.get('/pageview?url=https://example.org/')).status, 404);
    await own.app.collect?.ready();
    const answer = await own.app.collect?.inject('/pageview?url=https://example.org/');
    assert.equal(answer?.statusCode, 204);
    assert.equal((await own.app.collect?.inject('/query'))?.statusCode, 404);
  } finally {
    await own.close();
  }
});

void test('while the log takes nothing, senders get Retry-After and /readyz fails', async () => {
  let error: Error | undefined;
  const log = {
    append: () => (error ? Promise.reject(error) : Promise.resolve({})),
    streams: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  } as unknown as EventLog;
  const broken = await startGateway({ flags: { collect: 'true' }, eventLog: log });
  try {
    const send = () =>
      broken
        .agent()
        .post('/v1/events')
        .send([view('/1'), { site: 1, meta: { stream: 'pageview' } }]);
    const ready = async () => (await broken.app.admin.inject('/readyz')).statusCode;
    assert.deepEqual([(await send()).status, await ready()], [207, 200]);
    for (const [thrown, retryAfter, readyz] of [
      [new LogBusyError('busy'), '1', 200],
      [new LogFullError('full'), '30', 503],
      [new LogWriteError('failed'), '5', 503],
    ] as const) {
      error = thrown;
      const answer = await send();
      assert.deepEqual(
        [answer.status, answer.headers['retry-after'], await ready()],
        [503, retryAfter, readyz],
      );
      assert.equal((await broken.get('/pageview?url=https://example.org/')).status, 503);
    }
    error = undefined;
    assert.deepEqual([(await send()).status, await ready()], [207, 200]);
    error = new TypeError('a defect');
    assert.equal((await send()).status, 500);
  } finally {
    await broken.close();
  }
});

void test('the number of events of an address in a minute is limited', async () => {
  let now = Date.parse('2026-11-29T11:00:00Z');
  const clock = { now: () => now };
  const slow = await startGateway({ flags: { collect: 'true', senderEvents: '6' }, clock });
  try {
    const send = (count: number) =>
      slow
        .agent()
        .post('/v1/events')
        .send(Array.from({ length: count }, () => view('/rate')));
    assert.equal((await send(4)).status, 201);
    const refused = await send(4);
    assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '20']);
    assert.equal((await send(2)).status, 201);
    now += 10_000;
    assert.equal((await slow.get('/pageview?url=https://example.org/')).status, 204);
    assert.equal((await slow.get('/pageview?url=https://example.org/')).status, 429);
    now += 60_000;
    // A batch that is larger than all that is allowed takes all.
    assert.equal((await send(20)).status, 201);
    assert.equal((await send(1)).status, 429);
    // The next day nobody is known.
    now += 86_400_000;
    assert.equal((await send(6)).status, 201);
  } finally {
    await slow.close();
  }
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../../src/core/engine-error.ts';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../../support/gateway.ts';
import { listen } from '../listen/events.ts';
import { day, METRIC } from '../listen/rows.ts';
import { post } from './ask.ts';
import { OperationStream } from './operation-stream.ts';
import { loadUnpublished } from '../../support/publish-in-parts.ts';

const FIELD = (article: string, more = '', fields = 'views'): string =>
  `pageviewsPerArticle(project: "en.wikipedia", article: ${article}, access: ALL_ACCESS, agent: USER, start: "2024-01-01", end: "2024-01-31"${more}) { ${fields} }`;
const QUERY = `subscription ($article: String!) { ${FIELD('$article')} }`;
const COMPLETE = 'event: complete\ndata: \n\n';

const open: (() => unknown)[] = [];
async function start(options: GatewayOptions = {}): Promise<{ gateway: Gateway; base: string }> {
  const gateway = await startGateway(options);
  return { gateway, base: `${await listen(gateway)}/graphql` };
}
async function subscribe(base: string, body?: unknown): Promise<OperationStream> {
  const stream = await OperationStream.open(base, body);
  open.push(() => stream.close());
  return stream;
}
const to = (article: string): object => ({ query: QUERY, variables: { article } });
const viewsOf = (stream: OperationStream): unknown =>
  stream.results.map(({ data }) => data?.pageviewsPerArticle?.views);
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

describe('a subscription', () => {
  let gateway: Gateway;
  let base: string;
  before(async () => {
    ({ gateway, base } = await start());
    await gateway.load(METRIC, [day('Cat', 1, 5)]);
  });
  after(() => gateway.close());

  test('is executed once for each change, and all who have it get the same bytes', async (t) => {
    await gateway.load(METRIC, [day('Dog', 1, 5)]);
    const query = `subscription ($article: String!, $end: String!) { ${FIELD('$article', '', 'views').replace('"2024-01-31"', '$end')} }`;
    const variables = { article: 'Dog', end: '2024-01-31' };
    const plan = t.mock.method(gateway.app.road, 'plan');
    const streams = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        subscribe(base, {
          query,
          variables: i % 2 === 0 ? variables : { end: '2024-01-31', article: 'Dog' },
        }),
      ),
    );
    await Promise.all(streams.map((stream) => stream.until(1)));
    assert.equal(plan.mock.callCount(), 1);
    await gateway.load(METRIC, [day('Dog', 2, 6)]);
    await Promise.all(streams.map((stream) => stream.until(2)));
    assert.equal(plan.mock.callCount(), 2);
    assert.deepEqual(viewsOf(streams[0] as OperationStream), [[5], [5, 6]]);
    assert.equal(new Set(streams.map(({ raw }) => raw)).size, 1);
    assert.match(
      await gateway.app.registry.getSingleMetricAsString('kraken_listeners'),
      /^kraken_listeners 20$/m,
    );
    assert.match(await gateway.app.registry.getSingleMetricAsString('kraken_feeds'), /^kraken_feeds 1$/m);
    // What is said in the same words again isn't news; other tables aren't read for.
    await gateway.load(METRIC, [day('Dog', 2, 6)]);
    await gateway.load('unique-devices', [
      {
        project: 'en.wikipedia',
        'access-site': 'all-sites',
        granularity: 'daily',
        timestamp: '20240101',
        devices: 1,
        offset: 0,
        underestimate: 1,
      },
    ]);
    await sleep(300);
    assert.equal(streams[0]?.results.length, 2);
    assert.ok(plan.mock.callCount() <= 3, `${plan.mock.callCount()}`);
  });

  test('comes by GET too, with heartbeats as comments, as asked, and nothing that ends a line', async () => {
    await gateway.load(METRIC, [day('A\u2028B\u0085', 1, 5)]);
    const query = `subscription { ${FIELD('"A\u2028B\u0085"', '', 'article views')} }`;
    const stream = await subscribe(`${base}?query=${encodeURIComponent(query)}&heartbeat=1`);
    assert.equal(stream.response.statusCode, 200);
    const { headers } = stream.response;
    assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-store, no-transform');
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers.vary, 'Accept');
    await stream.untilText(/\n\n:\n\n:\n\n$/);
    assert.match(stream.raw, /^:\n\nevent: next\ndata: \{.+\}\n\n(:\n\n)+$/);
    assert.doesNotMatch(stream.raw, /[\u0085\u2028\r]/);
    assert.deepEqual(viewsOf(stream), [[5]]);
  });

  test('waits for rows, and says why there are none', async () => {
    const query = `subscription { ${FIELD('"Owl"', '', 'views reason')} }`;
    const stream = await subscribe(base, { query });
    assert.deepEqual((await stream.until(1))[0]?.data, {
      pageviewsPerArticle: { views: [], reason: 'NO_ROWS' },
    });
    await gateway.load(METRIC, [day('Owl', 1, 5)]);
    assert.deepEqual((await stream.until(2))[1]?.data, { pageviewsPerArticle: { views: [5], reason: null } });
  });

  test('follows everything that hangs on an entity', async () => {
    const article = `article(project: "en.wikipedia", article: "Fox") { article ${FIELD('', '').replace(/project: .+article: , /, '')} }`;
    const stream = await subscribe(base, { query: `subscription { ${article} }` });
    await stream.until(1);
    await gateway.load(METRIC, [day('Fox', 1, 5)]);
    const [, second] = await stream.until(2);
    assert.deepEqual(second?.data, { article: { article: 'Fox', pageviewsPerArticle: { views: [5] } } });
  });

  test('of the catalogue is told what is loaded', async () => {
    const stream = await subscribe(base, { query: 'subscription { metrics { name loaded } }' });
    await stream.until(1);
    await gateway.load('mediarequests-per-file', [
      {
        referer: 'all-referers',
        file_path: '/a/b.png',
        granularity: 'daily',
        timestamp: '2024010100',
        agent: 'user',
        requests: 1,
      },
    ]);
    await stream.until(2);
    assert.doesNotMatch(stream.raw, /errors/);
  });

  for (const [what, body, code] of [
    ['no query', {}, 'INVALID_PARAMETER'],
    ['several operations', [to('Cat'), to('Cat')], 'INVALID_REQUEST'],
    ['variables as a text', { query: QUERY, variables: '{}' }, 'INVALID_PARAMETER'],
    ['a name that is no text', { query: QUERY, operationName: 1 }, 'INVALID_PARAMETER'],
    ['an unknown name', { query: QUERY, operationName: 'X' }, 'OPERATION_RESOLUTION_FAILURE'],
    ['text that is no document', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: 'subscription { x }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing variable', { query: QUERY }, 'BAD_USER_INPUT'],
    ['a mutation', { query: 'mutation { x }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two fields',
      { query: `subscription { a: ${FIELD('"Cat"')} b: ${FIELD('"Cat"')} }` },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a date that is none',
      { query: QUERY.replace('2024-01-01', 'x'), variables: { article: 'Cat' } },
      'INVALID_PARAMETER',
    ],
    [
      'a question that is none',
      { query: 'subscription { query(input: {metric: "x", range: "2024"}) { route } }' },
      'INVALID_PARAMETER',
    ],
  ] as const)
    test(`with a mistake gets it as a result, and the end: ${what}`, async () => {
      const stream = await subscribe(base, body);
      assert.equal(stream.response.statusCode, 200);
      assert.equal(stream.response.headers['content-type'], 'text/event-stream; charset=utf-8');
      await stream.untilEnd();
      const [result, ...others] = stream.results;
      assert.deepEqual(others, []);
      assert.ok(stream.raw.endsWith(COMPLETE), stream.raw);
      assert.equal(result?.errors?.[0]?.extensions.code, code, stream.raw);
    });

  test('with a mistake in its URL gets it as a result, too', async () => {
    for (const [url, parameter] of [
      [`query=${encodeURIComponent(QUERY)}&variables=x`, 'variables'],
      [`query=${encodeURIComponent(QUERY)}&variables=[]`, 'variables'],
      [`query=${encodeURIComponent(QUERY)}&heartbeat=0`, 'heartbeat'],
      ['heartbeat=4', 'query'],
    ]) {
      const stream = await subscribe(`${base}?${url}`);
      await stream.untilEnd();
      assert.equal(stream.results[0]?.errors?.[0]?.extensions.parameter, parameter, stream.raw);
      assert.ok(stream.raw.endsWith(COMPLETE));
    }
  });

  test('isn’t answered to those who want one answer; they are told how to ask', async () => {
    const { status, errors } = await post(gateway, QUERY, { variables: { article: 'Cat' } });
    assert.equal(status, 406);
    assert.deepEqual(errors[0]?.extensions.allowed, ['text/event-stream']);
    const byUrl = await gateway.get(
      `/graphql?query=${encodeURIComponent(QUERY)}&variables={"article":"Cat"}`,
    );
    assert.ok(byUrl.status >= 400 && byUrl.status < 500);
    assert.match(JSON.stringify(byUrl.body), /text\/event-stream/);
  });

  test('a query is answered once as a stream', async () => {
    const body = { query: QUERY.replace('subscription', 'query'), variables: { article: 'Cat' } };
    for (const stream of [
      await subscribe(base, body),
      await subscribe(`${base}?query=${encodeURIComponent(body.query)}&variables={"article":"Cat"}`),
    ]) {
      await stream.untilEnd();
      assert.deepEqual(viewsOf(stream), [[5]]);
      assert.match(stream.raw, /^event: next\ndata: .+\n\nevent: complete\ndata: \n\n$/);
    }
  });
});

test('a partition that is published after others of its version is told, too', async () => {
  const { gateway, base } = await start();
  open.push(() => gateway.close());
  const february = (views: number) => ({ ...day('Cat', 1, views), timestamp: '2024020100' });
  await gateway.load(METRIC, [day('Cat', 1, 1), february(2)]);
  const query = `subscription { ${FIELD('"Cat"').replace('2024-01-31', '2024-02-28')} }`;
  const stream = await subscribe(base, { query });
  await stream.until(1);
  // The warehouse has other numbers of both months, the store at first those of one.
  const run = await loadUnpublished(gateway, METRIC, [day('Cat', 1, 11), february(22)]);
  const january = { from: Date.UTC(2024, 0, 1), until: Date.UTC(2024, 1, 1) };
  for (const range of [january, undefined]) {
    await run(range);
    await stream.untilText(range ? /"views":\[11,2\]/ : /"views":\[11,22\]/);
  }
});

describe('what bounds queries bounds subscriptions', () => {
  const JANUARY = 'pageviewsPerArticle(start: "2024-01-01", end: "2024-01-31") { views }';
  const articles = (...names: string[]): object => ({
    query: `subscription { articles(project: "en.wikipedia", articles: ${JSON.stringify(names)}) { ${JANUARY} } }`,
  });

  test('their depth', async () => {
    const { gateway, base } = await start({ flags: { graphqlDepth: '2' } });
    open.push(() => gateway.close());
    const stream = await subscribe(base, {
      query: `subscription { ${FIELD('"Cat"', '', 'items { views }')} }`,
    });
    await stream.untilEnd();
    assert.match(stream.results[0]?.errors?.[0]?.message ?? '', /nested 3 levels deep; at most 2/);
  });

  test('their points, also when more is loaded later', async () => {
    const { gateway, base } = await start({ flags: { points: '40' } });
    open.push(() => gateway.close());
    await gateway.load(METRIC, [day('Cat', 1, 5), day('Cat', 20, 5)], { complete: true });
    const stream = await subscribe(base, articles('Cat', 'Dog'));
    const [first] = await stream.until(1);
    assert.equal(first?.errors, undefined);
    await gateway.load(METRIC, [day('Cat', 21, 5)], { complete: true });
    await stream.untilEnd();
    assert.equal(stream.results[1]?.errors?.[0]?.extensions.code, 'TOO_MANY_POINTS', stream.raw);
    assert.ok(stream.raw.endsWith(COMPLETE));
    const late = await subscribe(base, articles('Cat', 'Dog'));
    await late.untilEnd();
    assert.equal(late.results[0]?.errors?.[0]?.extensions.code, 'TOO_MANY_POINTS');
  });

  test('and the number of connections: 429 by POST, and by GET an end after which EventSource comes back', async () => {
    const { gateway, base } = await start({ flags: { listenersPerClient: '1', maxRequestsPerClient: '1' } });
    open.push(() => gateway.close());
    const first = await subscribe(base, to('Cat'));
    await first.until(1);
    const second = await subscribe(base, to('Cat'));
    assert.equal(second.response.statusCode, 429);
    assert.equal(second.response.headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.ok(Number(second.response.headers['retry-after']) >= 30);
    const query = encodeURIComponent(`subscription { ${FIELD('"Cat"')} }`);
    const third = await subscribe(`${base}?query=${query}`);
    assert.equal(third.response.statusCode, 200);
    await third.untilEnd();
    assert.match(third.raw, /^: full\. .+\nretry: \d{5}\n\n$/);
    // Those who listen don't take the places of requests.
    assert.equal((await gateway.get('/catalogue')).status, 200);
    first.close();
    await sleep(200);
    await (await subscribe(base, to('Cat'))).until(1);
  });
});

describe('a subscription goes on', () => {
  test('until its server stops, which isn’t the end of the operation', async () => {
    const { gateway, base } = await start();
    open.push(() => gateway.close());
    const streams = await Promise.all(Array.from({ length: 8 }, () => subscribe(base, to('Cat'))));
    await Promise.all(streams.map((stream) => stream.until(1)));
    gateway.app.drain();
    await Promise.all(streams.map((stream) => stream.untilEnd()));
    const ends = streams.map(({ raw }) => /\n\n: draining\. .+\nretry: (\d+)\n\n$/.exec(raw)?.[1]);
    assert.ok(
      ends.every((retry) => Number(retry) >= 1000 && Number(retry) <= 10_000),
      ends.join(),
    );
    assert.ok(new Set(ends).size > 4);
    assert.equal((await subscribe(base, to('Cat'))).response.statusCode, 503);
  });

  test('until the catalogue lacks what it asks for, which is', async () => {
    const { gateway, base } = await start();
    open.push(() => gateway.close());
    await gateway.load(METRIC, [day('Cat', 1, 5)]);
    const stream = await subscribe(base, to('Cat'));
    await stream.until(1);
    gateway.app.road.replaceCatalogue(makeCatalogue(METRICS.filter(({ name }) => name !== METRIC)));
    await stream.untilEnd();
    assert.match(stream.results[1]?.errors?.[0]?.message ?? '', /Cannot query field "pageviewsPerArticle"/);
    assert.ok(stream.raw.endsWith(COMPLETE));
  });

  test('while an engine fails: what was told stands, and a first answer without it is made good', async () => {
    let fails = false;
    const { gateway, base } = await start({
      wrapStore: (store) =>
        new Proxy(store, {
          get: (target, name) => {
            const member: unknown = Reflect.get(target, name, target);
            if (typeof member !== 'function') return member;
            return (...given: unknown[]): unknown => {
              if (fails && name === 'readNow') throw new EngineError('store', 'is away');
              if (fails && name === 'read') return Promise.reject(new EngineError('store', 'is away'));
              return Reflect.apply(member, target, given) as unknown;
            };
          },
        }),
    });
    open.push(() => gateway.close());
    await gateway.load(METRIC, [day('Cat', 1, 5), day('Dog', 1, 5)]);
    const before = await subscribe(base, to('Cat'));
    await before.until(1);
    fails = true;
    await gateway.load(METRIC, [day('Cat', 2, 6)]);
    const during = await subscribe(base, to('Dog'));
    assert.equal((await during.until(1))[0]?.errors?.[0]?.extensions.code, 'UNAVAILABLE');
    await sleep(200);
    assert.deepEqual(viewsOf(before), [[5]]);
    fails = false;
    await gateway.load(METRIC, [day('Cat', 3, 7)]);
    await before.untilText(/"views":\[5,6,7\]/);
    assert.doesNotMatch(before.raw, /errors/);
    await during.until(2);
    assert.deepEqual(during.results[1]?.data, { pageviewsPerArticle: { views: [5] } });
  });

  test('for a client that reads slowly with the newest answer, and what came between is left out', async () => {
    const { gateway, base } = await start({ flags: { points: '1000000', listenerBufferKb: '1' } });
    open.push(() => gateway.close());
    const days = (views: number): object[] => Array.from({ length: 31 }, (_, i) => day('Cat', i + 1, views));
    await gateway.load(METRIC, days(1));
    const copies = Array.from({ length: 1600 }, (_, i) => `t${i}: timestamps`).join(' ');
    const query = `subscription { ${FIELD('"Cat"', '', `views ${copies}`)} }`;
    const fast = await subscribe(base, { query });
    await fast.until(1);
    const { hostname, port } = new URL(base);
    const slow = connect({ host: hostname, port: Number(port) });
    open.push(() => slow.destroy());
    await once(slow, 'connect');
    slow.pause();
    const body = JSON.stringify({ query });
    slow.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const ROUNDS = 16;
    for (let round = 2; round <= ROUNDS; round++) {
      await gateway.load(METRIC, days(round));
      await fast.until(round);
    }
    let text = '';
    slow.on('data', (bytes: Buffer) => (text += bytes.toString('latin1'))).resume();
    const newest = `"views":[${Array.from({ length: 31 }, () => ROUNDS).join(',')}]`;
    while (!text.includes(newest)) await once(slow, 'data');
    const got = text.match(/event: next/g)?.length ?? 0;
    assert.ok(got >= 1 && got < ROUNDS, `${got} of ${ROUNDS}`);
  });
});

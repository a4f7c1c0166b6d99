import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { getIntrospectionQuery } from 'graphql';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay, ask, get, post, topDay } from './ask.ts';

const faults = new Faults();
let gateway: Gateway;

before(async () => {
  gateway = await startGateway({
    wrapStore: (store) => faults.store(store),
    flags: { graphqlDepth: '6', graphqlBatch: '3', points: '100' },
  });
  await gateway.load(
    'pageviews-per-article',
    ['2024-01-01', '2024-01-31'].map((day) => articleDay('A', day, 5)),
  );
  await gateway.load('pageviews-top', [topDay('en.wikipedia', '2024-01-01', ['A'])]);
});
after(() => gateway.close());

const series = (start: string, end: string): string =>
  `pageviewsPerArticle(project: "en.wikipedia", article: "A", start: "${start}", end: "${end}") { views }`;

void test('GET and POST answer the same, GET with how long it may be kept', async () => {
  const query =
    'query ($start: String!) { pageviewsPerArticle(project: "en.wikipedia", article: "A", start: $start, end: "20240102") { views } }';
  const variables = { start: '20240101' };
  const [posted, got] = [await post(gateway, query, { variables }), await get(gateway, query, variables)];
  assert.deepEqual(got.data, { pageviewsPerArticle: { views: [5] } });
  assert.deepEqual(got.data, posted.data);
  assert.equal(posted.headers['cache-control'], 'no-store');
  assert.equal(got.headers['cache-control'], 's-maxage=14400, max-age=14400');
  assert.equal(got.headers['access-control-allow-origin'], '*');
});

void test('what is there and says nothing is as if it weren’t, by GET and by POST', async () => {
  const query = `{ a: ${series('20240101', '20240101')} }`;
  const right = { a: { views: [5] } };
  const url = `/graphql?query=${encodeURIComponent(query)}`;
  for (const more of [
    '&operationName=',
    '&variables=',
    '&extensions=',
    '&variables=null&extensions=null',
    '&variables=%20&variables=',
    '&operationName=&variables=&extensions=',
  ]) {
    const answer = await gateway.get(url + more);
    assert.deepEqual([answer.status, (answer.body as { data: unknown }).data], [200, right], more);
  }
  for (const rest of [
    { operationName: '' },
    { variables: '' },
    { extensions: '' },
    { operationName: null, variables: null, extensions: null },
    { operationName: '', variables: {}, extensions: {} },
  ])
    assert.deepEqual((await post(gateway, query, rest)).data, right, JSON.stringify(rest));
  const batch = await gateway
    .agent()
    .post('/graphql')
    .send([{ query, operationName: '', variables: '' }]);
  assert.deepEqual((batch.body as { data: unknown }[])[0]?.data, right);
});

void test('what says something and is wrong is a mistake of the caller still', async () => {
  const query = '{ metrics { name } }';
  const url = `/graphql?query=${encodeURIComponent(query)}`;
  for (const more of [
    '&operationName=x',
    '&variables=1',
    '&variables={',
    '&extensions=[]',
    '&variables={}&variables={}',
  ])
    assert.equal((await gateway.get(url + more)).status, 400, more);
  for (const rest of [
    { operationName: 'x' },
    { operationName: 1 },
    { variables: 1 },
    { variables: 'x' },
    { extensions: [] },
  ])
    assert.equal((await post(gateway, query, rest)).status, 400, JSON.stringify(rest));
});

void test('answers that may change are kept a minute, and those with errors not at all', async () => {
  const kept = async (query: string): Promise<string | undefined> =>
    (await get(gateway, query)).headers['cache-control'];
  const minute = 's-maxage=60, max-age=60';
  assert.equal(
    await kept(`{ a: ${series('20240101', '20240102')} b: ${series('20240101', '20240131')} }`),
    minute,
  );
  assert.equal(await kept(`{ ${series('20240101', 'latest')} }`), minute);
  assert.equal(await kept(`{ ${series('20200101', '20200102')} }`), minute);
  assert.equal(await kept('{ metrics { name } }'), minute);
  assert.equal(
    await kept(`{ a: ${series('20240101', '20240102')} b: ${series('20240101', 'soon')} }`),
    'no-store',
  );
  assert.equal(await kept('{ nothing }'), 'no-store');
});

void test('an operation is chosen by its name; one that isn’t there is a mistake of the caller', async () => {
  const query = `query one { a: ${series('20240101', '20240101')} } query two { metrics { name } }`;
  const one = await post(gateway, query, { operationName: 'one' });
  assert.deepEqual([one.data, one.cost], [{ a: { views: [5] } }, 1]);
  for (const operationName of ['three', undefined]) {
    const { status, errors } = await post(gateway, query, { operationName });
    assert.deepEqual([status, errors[0]?.extensions.code], [400, 'OPERATION_RESOLUTION_FAILURE']);
  }
});

void test('what is no query, no known field or no right variable is 400 with a code', async () => {
  const code = async (query: string, variables: object = {}): Promise<unknown[]> => {
    const { status, errors } = await post(gateway, query, { variables });
    return [status, errors[0]?.extensions.code];
  };
  assert.deepEqual(await code('{'), [400, 'GRAPHQL_PARSE_FAILED']);
  assert.deepEqual(await code('{ nothing }'), [400, 'GRAPHQL_VALIDATION_FAILED']);
  assert.deepEqual(await code('mutation { metrics { name } }'), [400, 'GRAPHQL_VALIDATION_FAILED']);
  assert.deepEqual(await code('query ($p: String!) { project(name: $p) { name } }', { p: 1 }), [
    400,
    'BAD_USER_INPUT',
  ]);
});

void test('malformed JSON and other media types are problem+json, as everywhere', async () => {
  const malformed = await gateway
    .agent()
    .post('/graphql')
    .set('content-type', 'application/json')
    .send('{"query":');
  const xml = await gateway.agent().post('/graphql').set('content-type', 'text/xml').send('<query/>');
  const host = await gateway
    .agent()
    .get('/graphql')
    .set('host', 'a b')
    .query({ query: '{ metrics { name } }' });
  assert.deepEqual([malformed.status, xml.status, host.status], [400, 415, 400]);
  for (const { type } of [malformed, xml, host]) assert.equal(type, 'application/problem+json');
});

void test('other methods are 405, and a browser may POST from anywhere', async () => {
  const put = await gateway.agent().put('/graphql');
  const preflight = await gateway.agent().options('/graphql').set('origin', 'https://example.org');
  assert.equal(put.status, 405);
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-methods'], 'GET,POST');
});

void test('introspection works as tools do it, but not again and again in one request', async () => {
  const schema = await post(gateway, getIntrospectionQuery());
  assert.equal(schema.status, 200);
  const asked = Array.from({ length: 11 }, (_, i) => `a${i}: __schema { types { name } }`);
  assert.equal((await post(gateway, `{ ${asked.slice(1).join(' ')} }`)).status, 200);
  const { status, errors } = await post(gateway, `{ ${asked.join(' ')} }`);
  assert.equal(status, 400);
  assert.match(errors[0]?.message ?? '', /at most 10 times/);
});

void test('fields nest no deeper than the limit, also through fragments', async () => {
  const top = (inner: string): string =>
    `pageviewsTop(project: "en.wikipedia", date: "2024-01-01", first: 1) { entries { ${inner} } }`;
  const rows = 'pageviewsPerArticle(start: "20240101", end: "20240101") { items { views } }';
  assert.equal((await post(gateway, `{ ${top(rows)} }`)).status, 200);
  const deep = `{ projects(names: ["en.wikipedia"]) { ...top } } fragment top on Project { ${top('...rows').replace('project: "en.wikipedia", ', '')} }
    fragment rows on PageviewsTopEntry { ... on PageviewsTopEntry { ${rows} } }`;
  assert.equal((await post(gateway, deep)).status, 200);
  const low = await startGateway({ flags: { graphqlDepth: '5' } });
  const { status, errors } = await post(low, deep);
  await low.close();
  assert.equal(status, 400);
  assert.match(errors[0]?.message ?? '', /nested 6 levels deep; at most 5 are allowed/);
});

void test('a fragment that spreads itself is refused, not followed', async () => {
  const { status } = await post(
    gateway,
    '{ project(name: "a") { ...f } } fragment f on Project { name ...f }',
  );
  assert.equal(status, 400);
});

void test('a document of too many words is refused before it is validated', async () => {
  const { status, errors } = await post(gateway, `{ metrics { ${'name '.repeat(5001)} } }`);
  assert.deepEqual([status, errors.length, errors[0]?.extensions.code], [400, 1, 'GRAPHQL_PARSE_FAILED']);
});

void test('several operations in one request have one budget and a number that they may not exceed', async () => {
  const operation = { query: `{ ${series('20240101', '20240131')} }` };
  const send = (operations: readonly object[]) => gateway.agent().post('/graphql').send(operations);
  const three = await send([operation, operation, operation]);
  assert.equal(three.status, 200);
  assert.deepEqual(
    (three.body as { data: unknown }[]).map(({ data }) => data),
    [0, 1, 2].map(() => ({ pageviewsPerArticle: { views: [5, 5] } })),
  );
  const four = await send([operation, operation, operation, operation]);
  assert.equal(four.status, 400);
  assert.match(JSON.stringify(four.body), /4 operations; at most 3 are allowed/);
  const dear = { query: `{ a: ${series('20240101', '20240131')} b: ${series('20240101', '20240131')} }` };
  const both = (await send([dear, dear])).body as { errors?: { extensions: { code: string } }[] }[];
  assert.deepEqual(
    both.map(({ errors }) => errors?.[0]?.extensions.code),
    [undefined, 'TOO_MANY_POINTS'],
  );
});

void test('who goes away frees its reading, and leaves the cell to whoever waits beside it', async () => {
  const { api, road } = gateway.app;
  await gateway.load('pageviews-per-article', [articleDay('Slow', '2024-01-02', 9)]);
  const signals: AbortSignal[] = [];
  const read = road.read.bind(road);
  road.read = (plan, signal) => {
    signals.push(signal);
    return read(plan, signal);
  };
  faults.hang();
  const { port } = (api.server.listening ? api.server : api.server.listen(0)).address() as { port: number };
  const query = series('20240102', '20240102').replace('"A"', '"Slow"');
  const leaver = request({ port, path: `/graphql?query=${encodeURIComponent(`{ ${query} }`)}` });
  leaver.on('error', () => undefined).end();
  const waiter = post(gateway, `{ ${query} }`);
  while (signals.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const gone = Promise.race(
    signals.map((signal) => new Promise((resolve) => signal.addEventListener('abort', resolve))),
  );
  leaver.destroy();
  await gone;
  assert.equal(signals.filter(({ aborted }) => aborted).length, 1);
  faults.resume();
  assert.deepEqual((await waiter).data, { pageviewsPerArticle: { views: [9] } });
  road.read = read;
});

void test('a catalogue that is swapped brings its schema', async () => {
  const { road } = gateway.app;
  const { catalogue } = road;
  road.replaceCatalogue(makeCatalogue(METRICS.slice(0, 1)));
  const [gone, there] = [
    await post(gateway, '{ pageviewsTop { date } }'),
    await ask(gateway, '{ metrics { name } }'),
  ];
  road.replaceCatalogue(catalogue);
  assert.equal(gone.status, 400);
  assert.deepEqual(there, { metrics: [{ name: METRICS[0]?.name }] });
  assert.equal((await post(gateway, '{ metrics { field } }')).status, 200);
});

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* The tools of /mcp, called by the client of MCP's own SDK. */

let gateway: Gateway;
let base: string;
before(async () => {
  gateway = await startGateway({ flags: { points: '1000' } });
  await gateway.loadSample();
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(gateway.app.api.server.address() as AddressInfo).port}`;
});
after(() => gateway.close());

type Answer = Record<string, unknown>;

interface Called {
  readonly isError: boolean;
  /** The answer as the model reads it. */
  readonly told: Answer;
}

async function connected(mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client({ name: 'a test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp`)));
  return client;
}

async function call(client: Client, name: string, args: Answer): Promise<Called> {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  const [part] = content;
  assert.equal(part?.type, 'text');
  const told = JSON.parse((part as { text: string }).text) as Answer;
  if (isError !== true) assert.deepEqual(structuredContent, told);
  return { isError: isError === true, told };
}

const DAYS = {
  metric: 'pageviews-per-article',
  where: { project: 'de.wikipedia', access: 'desktop', article: 'Philip,_Duke_of_Edinburgh' },
  grain: 'daily',
  range: ['2015-07-01', '2015-07-03'],
};

for (const mode of ['legacy', 'auto'] as const)
  describe(`a client of ${mode === 'legacy' ? '2025' : '2026'}`, () => {
    let client: Client;
    before(async () => {
      client = await connected(mode);
    });
    after(() => client.close());

    void test('speaks the revision that it asked for, and gets instructions', () => {
      assert.equal(client.getProtocolEra(), mode === 'legacy' ? 'legacy' : 'modern');
      assert.match(client.getInstructions() ?? '', /Say source, licence and link/);
    });

    void test('lists four tools that only read, each with the schema of its arguments', async () => {
      const { tools } = await client.listTools();
      assert.deepEqual(
        tools.map(({ name }) => name),
        ['find_metric', 'find_values', 'ask', 'explain'],
      );
      for (const { name, description, inputSchema, annotations } of tools) {
        assert.ok((description ?? '').length > 80, name);
        assert.equal(inputSchema.type, 'object', name);
        assert.equal(annotations?.readOnlyHint, true, name);
      }
    });

    void test('finds a metric, a value, the numbers, and what to know about them', async () => {
      const found = await call(client, 'find_metric', { text: 'views of an article', limit: 2 });
      const [metric] = found.told['metrics'] as { name: string; licence: string; coverage: object }[];
      assert.equal(metric?.name, 'pageviews-per-article');
      assert.ok('daily' in metric.coverage);

      const values = await call(client, 'find_values', {
        metric: 'pageviews-per-article',
        dimension: 'article',
        prefix: 'grav',
      });
      assert.deepEqual(values.told['values'], ['Gravity_(2013_film)', 'Gravity_Is_My_Enemy']);

      const { told } = await call(client, 'ask', DAYS);
      assert.deepEqual(told['rows'], [
        { timestamp: '2015-07-01', views: 1261 },
        { timestamp: '2015-07-02', views: 795 },
        { timestamp: '2015-07-03', views: 556 },
      ]);
      assert.deepEqual(told['origin'], {
        metric: 'pageviews-per-article',
        title: 'Pageviews of an article',
        source: 'AQS: page-analytics',
        licence: 'CC0-1.0',
        page: `${base}/docs/pageviews-per-article`,
      });

      const explained = await call(client, 'explain', DAYS);
      assert.equal((explained.told['caveats'] as string[]).length > 1, true);
      assert.deepEqual(explained.told['measures'], [
        {
          name: 'views',
          doc: 'Requests for the page that count as pageviews.',
          unit: 'views',
          additive: true,
        },
      ]);
      assert.ok(!('rows' in explained.told));
    });

    void test('gets a mistake as an answer that says what is allowed', async () => {
      const { isError, told } = await call(client, 'ask', { ...DAYS, where: { acess: 'desktop' } });
      assert.equal(isError, true);
      assert.match(told['error'] as string, /did you mean access\?/);
      assert.equal(told['parameter'], 'where.acess');
      const other = await call(client, 'find_metric', { words: 'edits' });
      assert.equal(other.isError, true);
      assert.deepEqual(other.told['allowed'], ['text', 'limit']);
    });
  });

void test('the links of an answer are the same question: by /query, and in the explorer', async () => {
  const client = await connected('auto');
  const { told } = await call(client, 'ask', DAYS);
  await client.close();
  const links = told['links'] as Record<string, string>;
  const again = await fetch(links['json'] as string);
  assert.equal(again.status, 200);
  assert.deepEqual(((await again.json()) as Answer)['rows'], told['rows']);
  const csv = await (await fetch(links['csv'] as string)).text();
  assert.match(csv, /^timestamp,views\r?\n2015-07-01,1261/);
  const page = await (await fetch(links['explorer'] as string, { headers: { accept: 'text/html' } })).text();
  assert.match(page, /1,261/);
});

describe('limits', () => {
  void test('a question costs what it costs everybody', async () => {
    const client = await connected('auto');
    const articles = Array.from({ length: 40 }, (_, i) => `Article_${i}`);
    const { isError, told } = await call(client, 'ask', {
      ...DAYS,
      where: { ...DAYS.where, article: articles },
      by: 'article',
      range: '2015-07',
    });
    await client.close();
    assert.equal(isError, true);
    assert.equal(told['code'], 'too-many-points');
  });

  const post = (body: string, headers: Record<string, string> = {}) =>
    gateway
      .agent()
      .post('/mcp')
      .set({ 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers })
      .send(body);

  void test('several messages in one request are refused, because they would go past the limits for requests', async () => {
    const listing = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const refused = await post(JSON.stringify([listing, listing])).expect(400);
    assert.equal((refused.body as Answer)['code'], 'invalid-request');
  });

  void test('nobody can keep a stream open', async () => {
    const client = await connected('auto');
    await assert.rejects(client.listen({ toolsListChanged: true }));
    await client.close();
    await gateway.get('/mcp').expect(405);
  });

  void test('nothing that is no message of MCP is a failure of ours', async () => {
    for (const body of [
      '{}',
      '1',
      'null',
      '{"jsonrpc":"2.0","id":1,"method":"nothing"}',
      '{"jsonrpc":"2.0","method":"x"}',
      '{',
    ])
      for (const headers of [{}, { 'mcp-protocol-version': '2026-07-28' }, { accept: 'text/html' }]) {
        const { status } = await post(body, headers as Record<string, string>);
        assert.ok(status < 500, `${body}: ${status}`);
      }
  });

  void test('a wrong type of any argument is told as a mistake', async () => {
    const client = await connected('auto');
    for (const [name, right] of [
      ['find_metric', {}],
      ['find_values', { metric: 'pageviews-per-article', dimension: 'project' }],
      ['ask', DAYS],
      ['explain', DAYS],
    ] as const)
      for (const argument of ['limit', 'text', 'metric', 'dimension', 'where', 'by', 'range', 'order'])
        for (const wrong of [{ toString: 1 }, [[]], -1, true, '__proto__', { constructor: 1 }]) {
          const { told } = await call(client, name, { ...right, [argument]: wrong });
          assert.notEqual(told['code'], 'internal', `${name} ${argument} ${JSON.stringify(wrong)}`);
        }
    await client.close();
  });

  void test('an argument among the dimensions is told, not left out', async () => {
    const client = await connected('auto');
    const asked = { metric: 'pageviews-per-article', dimension: 'project', where: { prefix: 'de' } };
    const { isError, told } = await call(client, 'find_values', asked);
    await client.close();
    assert.equal(isError, true);
    assert.match(told['error'] as string, /prefix is an argument of its own/);
  });

  void test('a connection that its client wants closed is closed', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      connection: 'close',
    };
    const sent = request(`${base}/mcp`, { method: 'POST', headers, agent: false });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    assert.equal(answer.headers.connection, 'close');
  });

  void test('scripts of other sites may ask', async () => {
    const { headers } = await gateway.agent().options('/mcp').expect(204);
    assert.equal(headers['access-control-allow-methods'], 'POST');
    assert.match(headers['access-control-allow-headers'] as string, /mcp-protocol-version/);
  });
});

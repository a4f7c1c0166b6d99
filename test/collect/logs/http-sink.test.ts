import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, test } from 'node:test';
import { HttpSink } from '../../../src/collect/logs/http-sink.ts';
import type { ReadLine } from '../../../src/collect/logs/line-reader.ts';

/* A server with prepared answers, one after the other; the last one repeats. */

interface Answer {
  readonly status: number;
  readonly body?: (ids: readonly string[]) => unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const signal = new AbortController().signal;
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serving(
  ...answers: Answer[]
): Promise<{ sink: HttpSink; sent: string[][]; waited: string[] }> {
  const sent: string[][] = [];
  const waited: string[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ids = await idsOf(request);
    sent.push(ids);
    const { status, body, headers } = (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
    response.writeHead(status, headers).end(JSON.stringify(body?.(ids) ?? {}));
  };
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const patience = { firstMs: 5, mostMs: 20, inAllMs: 100 };
  const sink = new HttpSink(new URL(`http://127.0.0.1:${port}/under/`), patience, (reason) =>
    waited.push(reason),
  );
  return { sink, sent, waited };
}

async function idsOf(request: IncomingMessage): Promise<string[]> {
  assert.equal(request.url, '/under/v1/events');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return (JSON.parse(Buffer.concat(chunks).toString()) as { meta: { id: string } }[]).map(
    ({ meta }) => meta.id,
  );
}

const lineOf = (id: string, more: object = {}): ReadLine => {
  const incoming = {
    id,
    event: { dt: '2025-11-29T11:20:30Z', uri_host: 'example.org', uri_path: '/', ...more },
  };
  return { incoming, asReject: () => incoming };
};
const event = (id: string): object => ({ event: { meta: { id } }, context: { message: `${id} is wrong.` } });

test('a refused line has its reason, and only failed lines are sent again', async () => {
  const { sink, sent } = await serving(
    { status: 207, body: () => ({ invalid: [event('b')], error: [event('c')] }) },
    { status: 201 },
  );
  const reasons = await sink.take(
    ['a', 'b', 'c', 'd'].map((id) => lineOf(id)),
    signal,
  );
  assert.deepEqual(reasons, [undefined, 'b is wrong.', undefined, undefined]);
  assert.deepEqual(sent, [['a', 'b', 'c', 'd'], ['c']]);
});

test('lines are sent again to a server that has no room or isn’t there for a while', async () => {
  const { sink, sent, waited } = await serving({ status: 503 }, { status: 429 }, { status: 201 });
  await sink.take([lineOf('a')], signal);
  assert.deepEqual(sent, [['a'], ['a'], ['a']]);
  assert.equal(waited.length, 1);
  assert.match(waited[0] ?? '', /\/under\/v1\/events answers 503/);
});

test('the sink gives up at once, or after its total waiting time', async () => {
  const detail = 'The request has too much.';
  const { sink, sent } = await serving({ status: 413, body: () => ({ detail }) });
  await assert.rejects(sink.take([lineOf('a')], signal), /answers 413, The request has too much\./);
  assert.equal(sent.length, 1);
  const away = await serving({ status: 503 });
  await assert.rejects(away.sink.take([lineOf('a')], signal), /answers 503/);
  assert.ok(away.sent.length > 2);
});

test('requests stay below a server’s default limit', async () => {
  const { sink, sent } = await serving({ status: 201 });
  await sink.take(
    Array.from({ length: 1200 }, (_, nth) => lineOf(String(nth))),
    signal,
  );
  assert.deepEqual(
    sent.map((ids) => ids.length),
    [500, 500, 200],
  );
  sent.length = 0;
  const large = { user_agent: 'x'.repeat(60_000) };
  await sink.take(
    Array.from({ length: 7 }, (_, nth) => lineOf(String(nth), large)),
    signal,
  );
  assert.deepEqual(
    sent.map((ids) => ids.length),
    [3, 3, 1],
  );
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HttpStream } from '../../support/http-stream.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { listen } from './events.ts';
import { day, METRIC, pathOf } from './rows.ts';

let gateway: Gateway;
let base: string;
before(async () => {
  gateway = await startGateway();
  base = await listen(gateway);
  await gateway.load(METRIC, [day('Cat', 1, 5), day('Cat', 2, 6)]);
});
after(() => gateway.close());

interface Read {
  readonly status: number;
  readonly headers: Headers;
  /** The rows of the messages; undefined without a body. */
  readonly rows: readonly object[] | undefined;
  readonly next: string;
}

async function read(
  query: string,
  headers: Record<string, string> = {},
  path = pathOf('Cat'),
): Promise<Read> {
  const answer = await fetch(`${base}${path}?${query}`, { headers });
  const text = await answer.text();
  const messages = answer.status === 200 ? (JSON.parse(text) as { data: object }[]) : undefined;
  return {
    status: answer.status,
    headers: answer.headers,
    rows: messages?.map(({ data }) => data),
    next: answer.headers.get('stream-next-offset') ?? '',
  };
}

describe('an answer as a durable stream', () => {
  test('is read from its beginning, from an offset, and from now', async () => {
    const all = await read('offset=-1');
    assert.deepEqual(all.rows, [day('Cat', 1, 5), day('Cat', 2, 6)]);
    assert.equal(all.headers.get('stream-up-to-date'), 'true');
    assert.equal(all.headers.get('content-type'), 'application/json');
    assert.match(all.headers.get('access-control-expose-headers') ?? '', /stream-next-offset/);
    assert.deepEqual((await read(`offset=${all.next}`)).rows, []);
    const now = await read('offset=now');
    assert.deepEqual([now.rows, now.next], [[], all.next]);
    const etag = all.headers.get('etag') ?? '';
    assert.equal((await read('offset=-1', { 'if-none-match': etag })).status, 304);
    await gateway.load(METRIC, [day('Cat', 3, 7)]);
    assert.deepEqual((await read(`offset=${all.next}`)).rows, [day('Cat', 3, 7)]);
    assert.deepEqual((await read('offset=-1', { 'if-none-match': etag })).rows?.length, 3);
  });

  test('is waited for: 204 without news, and a cursor that is never the same again', async () => {
    const { next } = await read('offset=now');
    const quiet = await read(`offset=${next}&live=long-poll&wait=1`);
    assert.deepEqual([quiet.status, quiet.next], [204, next]);
    const cursor = quiet.headers.get('stream-cursor') ?? '';
    const waiting = read(`offset=${next}&live=long-poll&wait=30&cursor=${cursor}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await gateway.load(METRIC, [day('Cat', 4, 8)]);
    const news = await waiting;
    assert.deepEqual(news.rows, [day('Cat', 4, 8)]);
    assert.ok(Number(news.headers.get('stream-cursor')) > Number(cursor));
  });

  test('comes as events: messages, then the offset behind them', async (t) => {
    const { next, rows } = await read('offset=-1');
    const asked = (offset: string): string => `${base}${pathOf('Cat')}?offset=${offset}&live=sse`;
    const streams = await Promise.all(
      ['-1', 'now'].map(async (offset) => new HttpStream(await HttpStream.ask(asked(offset)))),
    );
    t.after(() => streams.forEach((stream) => stream.close()));
    const [all, fromNow] = streams as [HttpStream, HttpStream];
    await Promise.all(streams.map((stream) => stream.untilText(/"upToDate":true\}\n\n/)));
    const [, messages = '', control = ''] =
      /^event: data\ndata:(.*)\n\nevent: control\ndata:(.*)\n\n$/.exec(all.raw) ?? [];
    assert.deepEqual(
      (JSON.parse(messages) as { data: object }[]).map(({ data }) => data),
      rows,
    );
    assert.equal((JSON.parse(control) as { streamNextOffset: string }).streamNextOffset, next);
    assert.match(
      fromNow.raw,
      /^event: control\ndata:\{"streamNextOffset":"[^"]+","streamCursor":"\d+","upToDate":true\}/,
    );
    await gateway.load(METRIC, [day('Cat', 5, 9)]);
    await fromNow.untilText(/"views":9.*\n\nevent: control\n.*"upToDate":true\}\n\n$/);
  });

  test('of several answers has offsets without commas', async () => {
    const questions = ['Cat', 'Dog'].map((article) => `q=${encodeURIComponent(pathOf(article))}`).join('&');
    const { next } = await read(`${questions}&offset=-1`, {}, '/stream');
    assert.doesNotMatch(next, /,/);
    await gateway.load(METRIC, [day('Dog', 1, 1)]);
    assert.deepEqual((await read(`${questions}&offset=${next}`, {}, '/stream')).rows, [
      { q: 1, data: day('Dog', 1, 1) },
    ]);
  });

  test('a mistake names its parameter', async () => {
    for (const [query, parameter] of [
      ['offset=', 'offset'],
      ['offset=0,1', 'offset'],
      ['offset=0%201', 'offset'],
      ['offset=-1&offset=-1', 'offset'],
      ['live=sse', 'live'],
    ] as const) {
      const sent = await gateway.get(`${pathOf('Cat')}?${query}`);
      assert.equal(sent.status, 400, query);
      assert.equal((sent.body as { parameter?: string }).parameter, parameter);
    }
  });
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { PoliteClient } from '../../src/mirror/polite-client.ts';
import { cut, FakeTime, OddServer, silent, status, type Turn, whole } from './odd-server.ts';

const { signal } = new AbortController();
const ANSWER = { items: [{ views: 7 }] };

async function asked(
  t: TestContext,
  turns: readonly Turn[],
): Promise<{ get: () => Promise<unknown>; server: OddServer; time: FakeTime }> {
  const server = new OddServer(turns);
  const base = await server.listen();
  t.after(() => server.close());
  const time = new FakeTime();
  const client = new PoliteClient({ userAgent: 'kraken/1 (me@example.org)', time, silenceMs: 200 });
  return { get: () => client.get(new URL(`${base}/metrics/x`), signal), server, time };
}

void test('an answer is asked for by name, and at most 200 a minute', async (t) => {
  const { get, server, time } = await asked(t, [whole(ANSWER)]);
  const started = time.now();
  for (let i = 0; i < 10; i++) assert.deepEqual(await get(), ANSWER);
  assert.equal(server.asked[0]?.headers['user-agent'], 'kraken/1 (me@example.org)');
  assert.equal(time.now() - started, 9 * 300);
});

void test('a 429 is waited for as long as it says, in seconds or until a date', async (t) => {
  const date = new Date(Date.UTC(2026, 0, 1, 0, 1)).toUTCString();
  const turns = [
    status(429, {}, { 'Retry-After': '17' }),
    status(429, {}, { 'Retry-After': date }),
    whole(ANSWER),
  ];
  const { get, time } = await asked(t, turns);
  assert.deepEqual(await get(), ANSWER);
  assert.deepEqual(time.waits, [17_000, 43_000]);
});

void test('a server that asks for an hour ends the run with the way to go on', async (t) => {
  const { get } = await asked(t, [status(429, {}, { 'Retry-After': '3600' })]);
  await assert.rejects(
    get,
    /answers 429, and asks to wait 3600 s: run the same command again then; it goes on/,
  );
});

void test('a server that can not answer is asked again after longer and longer waits, then no more', async (t) => {
  const { get, server, time } = await asked(t, [status(503)]);
  await assert.rejects(
    get,
    /\/metrics\/x answers 503, also at the 6th time: run the same command again later/,
  );
  assert.equal(server.asked.length, 6);
  assert.deepEqual(time.waits, [1000, 2000, 4000, 8000, 16_000]);
});

for (const told of [true, false])
  void test(`a body that was cut is noticed ${told ? 'by its length' : 'without a length'}, and asked for again`, async (t) => {
    const { get, server } = await asked(t, [cut(ANSWER, told), whole(ANSWER)]);
    assert.deepEqual(await get(), ANSWER);
    assert.equal(server.asked.length, 2);
  });

void test('silence and broken JSON are tried again', async (t) => {
  const broken: Turn = (_, response) => response.end('{"items": [');
  const { get, server } = await asked(t, [silent, broken, whole(ANSWER)]);
  assert.deepEqual(await get(), ANSWER);
  assert.equal(server.asked.length, 3);
});

void test('404 of AQS means no data; that of a wrong address, other JSON and refusals end the run at once', async (t) => {
  const none = await asked(t, [
    status(404, { type: 'about:blank', detail: 'The date(s) you used are valid…' }),
  ]);
  assert.equal(await none.get(), undefined);
  const route = { type: 'https://mediawiki.org/wiki/HyperSwitch/errors/not_found#route' };
  await assert.rejects((await asked(t, [status(404, route)])).get, /answers 404$/);
  const page: Turn = (_, response) => response.writeHead(404).end('<html>not here</html>');
  await assert.rejects((await asked(t, [page])).get, /answers 404$/);
  await assert.rejects((await asked(t, [whole({ hello: 1 })])).get, /is no answer of AQS: it has no items/);
  const moved = status(301, {}, { Location: 'https://example.org/' });
  await assert.rejects((await asked(t, [moved])).get, /answers 301, and names https:\/\/example\.org\/$/);
  const wrong = await asked(t, [status(400, { detail: 'The access is wrong' })]);
  await assert.rejects(wrong.get, /answers 400: The access is wrong$/);
  assert.equal(wrong.server.asked.length, 1);
});

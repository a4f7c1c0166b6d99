import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../../src/core/engine-error.ts';
import { HiveError } from '../../../src/warehouses/hive/hive-error.ts';
import type { Sessions, SessionsOptions } from '../../../src/warehouses/hive/sessions.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { column, hiveAddress, openSessions, soon } from './server.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;
/** Rows made of nothing: 0, 1, … as BIGINT. */
const rows = (count: number, name = 'made'): string =>
  `(SELECT posexplode(split(space(${count - 1}), ' ')) AS (n, v)) AS ${name}`;
/** Hive is at work on it for long, and needs no memory for it: count² rows, of which it does some eight million a second. */
const slow = (count: number): string =>
  `SELECT count(*) FROM ${rows(count)} CROSS JOIN ${rows(count, 'others')}
  WHERE concat(made.n, 'x') <> concat(others.n, 'y')`;
const SLOW = slow(9_000);

/** Sessions through a network that a test can break. */
async function broken(
  context: TestContext,
  options: SessionsOptions & { readonly sessions?: number } = {},
): Promise<{ sessions: Sessions; proxy: TcpProxy }> {
  const proxy = await TcpProxy.start(hiveAddress());
  const address = { host: '127.0.0.1', port: proxy.port, sessions: options.sessions ?? 1 };
  const sessions = openSessions(context, { ...options, address });
  context.after(() => proxy.close());
  return { sessions, proxy };
}

/** What a promise rejects with, and after how many milliseconds. */
async function failureOf(promise: Promise<unknown>): Promise<{ error: Error; ms: number }> {
  const start = performance.now();
  const error = await promise.then(
    () => assert.fail('it should have been rejected'),
    (reason: Error) => reason,
  );
  return { error, ms: performance.now() - start };
}

void test('whole numbers are exact to 2^53-1 and refused beyond, and NULL is null', async (context) => {
  const sessions = openSessions(context);
  const read = (sql: string) => column(sessions, sql);
  const list = `SELECT explode(array(${LARGEST}, -${LARGEST}, NULL, 0, -1, 4294967296, -4294967296))`;
  assert.deepEqual(await read(list), [LARGEST, -LARGEST, null, 0, -1, 2 ** 32, -(2 ** 32)]);
  for (const beyond of [
    '9007199254740992',
    '-9007199254740992',
    '9223372036854775807',
    '-9223372036854775807',
  ]) {
    await assert.rejects(
      read(`SELECT ${beyond}`),
      (error) => error instanceof EngineError && /2\^53/.test(error.message),
    );
  }
  assert.deepEqual(await read('SELECT explode(array(0.1D, NULL, -1.5e300D))'), [0.1, null, -1.5e300]);
  assert.deepEqual(await read("SELECT explode(array('a', NULL, '', '🐈'))"), ['a', null, '', '🐈']);
  const many = Array.from({ length: 100 }, (_, n) => (n % 3 === 0 ? null : n));
  const literal = many.map((n) => n ?? 'CAST(NULL AS BIGINT)').join(', ');
  assert.deepEqual(await read(`SELECT explode(array(${literal}))`), many);
});

void test('a long result comes in pages, complete and in order', async (context) => {
  const sessions = openSessions(context);
  const lengths: number[] = [];
  let next = 0;
  for await (const page of sessions.query(`SELECT n FROM ${rows(25_003)}`, soon())) {
    lengths.push(page.length);
    for (const n of page.number(0)) assert.equal(n, next++);
  }
  assert.equal(next, 25_003);
  assert.ok(lengths.every((length) => length > 0 && length <= 10_000));
  assert.deepEqual(await column(sessions, `SELECT n FROM ${rows(10)} WHERE n > 10`), []);
});

void test('a hundred callers share a few sessions, and those beyond the bound are refused', async (context) => {
  const { sessions, proxy } = await broken(context, { sessions: 3, waiting: 120 });
  const ask = async (n: number): Promise<void> => {
    for await (const page of sessions.query(`SELECT ${n}`, soon())) assert.deepEqual(page.number(0), [n]);
  };
  await Promise.all(Array.from({ length: 100 }, (_, n) => ask(n)));
  assert.equal(proxy.connections, 3);
  assert.equal(sessions.statements, 100);
  const many = await Promise.allSettled(Array.from({ length: 130 }, (_, n) => ask(n)));
  const refused = many
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason as unknown);
  // 120 wait, and 3 at most didn't have to.
  assert.ok(refused.length >= 7 && refused.length <= 10, `${refused.length}`);
  assert.ok(refused.every((error) => error instanceof EngineError));
});

void test('who gives up is told at once; the statement is cancelled and its session used again', async (context) => {
  // Tez in one process goes on with what was cancelled, so its session is free when that is done.
  const { sessions, proxy } = await broken(context, { endMs: 120_000 });
  assert.deepEqual(await column(sessions, 'SELECT 1'), [1]);
  const reason = new Error('gave up');
  const abort = new AbortController();
  const long = sessions.execute(slow(6_000), abort.signal);
  const waiting = sessions.execute('SELECT 2', abort.signal);
  setTimeout(() => abort.abort(reason), 1_000);
  const ends = await Promise.all([failureOf(long), failureOf(waiting)]);
  for (const { error, ms } of ends) {
    assert.equal(error, reason);
    assert.ok(ms < 1_100, `${ms} ms`);
  }
  assert.deepEqual(await column(sessions, 'SELECT 3'), [3]);
  assert.equal(proxy.connections, 1);
});

void test('a reader who leaves early leaves a session that is used again', async (context) => {
  const { sessions, proxy } = await broken(context);
  for await (const page of sessions.query(`SELECT n FROM ${rows(30_000)}`, soon())) {
    assert.equal(page.number(0)[0], 0);
    break;
  }
  assert.deepEqual(await column(sessions, 'SELECT 3'), [3]);
  assert.equal(proxy.connections, 1);
});

void test('a statement whose server stands still ends at its deadline; its session is thrown away', async (context) => {
  const { sessions, proxy } = await broken(context, { endMs: 300 });
  await sessions.execute('SELECT 1', soon());
  proxy.stall();
  const { error, ms } = await failureOf(sessions.execute('SELECT 1', AbortSignal.timeout(500)));
  assert.equal(error.name, 'TimeoutError');
  assert.ok(ms < 600, `${ms} ms`);
  await sleep(500);
  proxy.resume();
  assert.deepEqual(await column(sessions, 'SELECT 2'), [2]);
  assert.equal(proxy.connections, 2);
  assert.equal(proxy.open, 1);
});

void test('a server that dies is told to all callers at once, and one that is back is found', async (context) => {
  const { sessions, proxy } = await broken(context, { sessions: 2 });
  await Promise.all([sessions.execute('SELECT 1', soon()), sessions.execute('SELECT 1', soon())]);
  const calls = [
    sessions.execute(SLOW, soon()),
    sessions.execute(SLOW, soon()),
    sessions.execute('SELECT 1', soon()),
  ];
  const ends = Promise.all(calls.map(failureOf));
  await sleep(1_000);
  const port = await proxy.down();
  for (const { error, ms } of await ends) {
    assert.ok(error instanceof EngineError, String(error));
    assert.ok(ms < 1_200, `${ms} ms`);
  }
  for (let attempt = 0; attempt < 20; attempt++) {
    const { error, ms } = await failureOf(sessions.execute('SELECT 1', soon()));
    assert.ok(error instanceof EngineError, String(error));
    assert.ok(ms < 200, `${ms} ms`);
    await sleep(50);
  }
  const attempts = proxy.connections;
  await proxy.up(port);
  const since = performance.now();
  for (;;) {
    try {
      await sessions.execute('SELECT 1', soon());
      break;
    } catch (error) {
      assert.ok(error instanceof EngineError && performance.now() - since < 5_000, String(error));
      await sleep(100);
    }
  }
  assert.ok(proxy.connections - attempts <= 2);
});

void test('a connection that was lost while nobody used it costs nobody an answer', async (context) => {
  const { sessions, proxy } = await broken(context, { sessions: 2 });
  await sessions.execute('SELECT 1', soon());
  proxy.drop();
  await sleep(50);
  assert.deepEqual(await column(sessions, 'SELECT 2'), [2]);
});

void test('what Hive refuses is said in a line without a stack, with its codes', async (context) => {
  const sessions = openSessions(context);
  const refusal = async (sql: string): Promise<HiveError> => {
    const { error } = await failureOf(sessions.execute(sql, soon()));
    assert.ok(error instanceof HiveError, String(error));
    assert.doesNotMatch(error.message, /\n|\bat |java|Exception:/);
    return error;
  };
  assert.equal((await refusal('SELECT * FROM no_such_table')).code, 10001);
  assert.equal((await refusal('SELEC')).code, 40000);
  assert.equal((await refusal('SELECT 1; SELECT 2')).code, 40000);
  const late = await refusal(`SELECT assert_true(n < 5) FROM ${rows(10)} ORDER BY 1`);
  assert.equal(late.sqlState, '08S01');
  assert.deepEqual(await column(sessions, 'SELECT 1'), [1]);
});

void test('a server that asks for a login refuses who has none, and the process goes on', async (context) => {
  const { sessions, proxy } = await broken(context);
  const deaf = openSessions(context, {
    address: { host: '127.0.0.1', port: proxy.port, auth: 'plain', user: 'u', password: 'p', sessions: 1 },
  });
  proxy.stall();
  const stalled = failureOf(deaf.execute('SELECT 1', AbortSignal.timeout(300)));
  assert.equal((await stalled).error.name, 'TimeoutError');
  proxy.drop();
  const ended = await failureOf(deaf.execute('SELECT 1', AbortSignal.timeout(300)));
  assert.ok(ended.error instanceof EngineError || ended.error.name === 'TimeoutError');
  proxy.resume();
  assert.deepEqual(await column(sessions, 'SELECT 1'), [1]);
});

void test('all sessions are opened and warmed once there is one', async (context) => {
  const { sessions, proxy } = await broken(context, { sessions: 3, warm: true });
  await sessions.execute('SELECT 1', soon());
  for (let tries = 0; proxy.connections < 3; tries++) {
    assert.ok(tries < 300);
    await sleep(100);
  }
  assert.equal(sessions.statements, 1);
});

void test('a close ends what is under way and refuses what comes later, a second one too', async (context) => {
  const { sessions, proxy } = await broken(context);
  await sessions.execute('SELECT 1', soon());
  const ends = [SLOW, 'SELECT 1'].map((sql) => failureOf(sessions.execute(sql, soon())));
  await sleep(300);
  await sessions.close();
  await sessions.close();
  for (const { error } of await Promise.all(ends)) assert.ok(error instanceof EngineError);
  const later = await failureOf(sessions.execute('SELECT 1', soon()));
  assert.ok(later.error instanceof EngineError);
  await sleep(100);
  assert.equal(proxy.open, 0);
});

void test('sessions share no folder that Hive deletes when one of them closes', async (context) => {
  const setting = 'hive.downloaded.resources.dir';
  const folders = await Promise.all(
    [1, 2].map(async () => column(openSessions(context), `SET ${setting}`).then(String)),
  );
  for (const folder of folders) assert.ok(folder.startsWith(`${setting}=`), folder);
  assert.notEqual(folders[0], folders[1]);
});

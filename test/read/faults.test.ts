import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../src/core/question/answer.ts';
import { Faults } from '../support/faults.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

const faults = new Faults();
let gateway: Gateway;
const DEADLINE_MS = 200;
const path = (article: string, end = '20240131'): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${article}/daily/20240101/${end}`;
const EDITS = '/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/20240401';

before(async () => {
  gateway = await startGateway({
    // Looked at only when a test says so.
    flags: {
      readDeadlineMs: String(DEADLINE_MS),
      queryDeadlineMs: String(DEADLINE_MS * 5),
      refreshMs: '60000',
    },
    wrapStore: (store) => faults.store(store),
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
  });
  const row = {
    project: 'en.wikipedia',
    granularity: 'daily',
    timestamp: '2024010100',
    access: 'all-access',
    agent: 'user',
  };
  await gateway.load(
    'pageviews-per-article',
    Array.from({ length: 30 }, (_, i) => ({ ...row, article: `A${i}`, views: i })),
  );
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [1, 2, 3].map((month) => ({ timestamp: `2024-0${month}-01T00:00:00.000Z`, edits: month })),
    },
  ]);
});
beforeEach(() => {
  faults.mode = 'fine';
  faults.reads.length = 0;
  faults.selects = 0;
});
after(() => gateway.close());

describe('reading', () => {
  test('the misses of one tick are one multi-get', async () => {
    await gateway.get(path('A1%7CA2%7CA3%7CA4'));
    assert.deepEqual(faults.reads, [4]);
  });

  test('a cell that was read is not read again, and the answer neither', async () => {
    await gateway.get(path('A5'));
    await gateway.get(path('A5'));
    await gateway.get(path('A5', '20240115'));
    assert.deepEqual(faults.reads, [1]);
  });

  test('a cell is read once, however many requests ask for it', async () => {
    faults.hang();
    const askers = Array.from({ length: 20 }, () =>
      gateway.get(path('A6')).then((response) => response.status),
    );
    await sleep(DEADLINE_MS / 2);
    faults.resume();
    assert.deepEqual(new Set(await Promise.all(askers)), new Set([200]));
    assert.deepEqual(faults.reads, [1]);
  });

  test('a statement runs once, however many requests ask for it, and not at all for cached answers', async () => {
    faults.hang();
    const askers = Array.from({ length: 100 }, () => gateway.get(EDITS).then((response) => response.status));
    await sleep(DEADLINE_MS);
    faults.resume();
    assert.deepEqual(new Set(await Promise.all(askers)), new Set([200]));
    await gateway.get(EDITS);
    assert.equal(faults.selects, 1);
  });

  test('an asker that goes away leaves the others their answer', async () => {
    const { road } = gateway.app;
    const plan = road.plan({
      metric: 'pageviews-per-article',
      where: { project: ['en.wikipedia'], access: ['all-access'], agent: ['user'], article: ['A7'] },
      period: { granularity: 'daily', start: '20240101', end: '20240131' },
      options: {},
    });
    faults.hang();
    const gone = new AbortController();
    const read = async (signal: AbortSignal): Promise<Answer> => road.read(plan, signal);
    const [leaving, staying] = [read(gone.signal), read(new AbortController().signal)];
    gone.abort(new Error('went away'));
    await assert.rejects(leaving, /went away/);
    faults.resume();
    const answer = await staying;
    assert.equal(answer.kind === 'series' && answer.series[0]?.measures[0]?.[0], 7);
    assert.deepEqual(faults.reads, [1]);
  });
});

describe('an engine that fails', () => {
  test('a cold question is 503 with Retry-After, within its deadline, without the engine’s words', async () => {
    faults.mode = 'failing';
    const response = await gateway.get(path('A10'));
    assert.equal(response.status, 503);
    assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.ok(Number(response.headers['retry-after']) > 0);
    assert.doesNotMatch(response.text, /secret|stack/);
  });

  test('a call to an engine that hangs ends at the deadline', async () => {
    faults.hang();
    const started = performance.now();
    const response = await gateway.get(path('A11'));
    const took = performance.now() - started;
    faults.resume();
    assert.equal(response.status, 503);
    assert.ok(took < DEADLINE_MS + 100, `${took} ms`);
  });

  test('earlier answers are still given, marked stale, and for a short time', async () => {
    const fresh = await gateway.get(path('A12'));
    faults.mode = 'failing';
    await gateway.app.road.watch.refresh();
    const stale = await gateway.get(path('A12'));
    assert.equal(stale.status, 200);
    assert.equal(stale.text, fresh.text);
    assert.equal(stale.headers['cache-status'], 'kraken; hit; detail=stale');
    assert.equal(stale.headers['cache-control'], 's-maxage=10, max-age=10');
    assert.equal((await gateway.app.admin.inject('/readyz')).statusCode, 503);
    faults.mode = 'fine';
    // The breaker lets one call through after a second.
    await sleep(1100);
    await gateway.app.road.watch.refresh();
    const again = await gateway.get(path('A12'));
    assert.doesNotMatch(again.headers['cache-status'] ?? '', /stale/);
    assert.equal((await gateway.app.admin.inject('/readyz')).statusCode, 200);
  });

  test('an engine that comes back is asked again', async () => {
    faults.mode = 'failing';
    for (let i = 13; i < 20; i++) assert.equal((await gateway.get(path(`A${i}`))).status, 503);
    faults.mode = 'fine';
    await sleep(1100);
    assert.equal((await gateway.get(path('A20'))).status, 200);
  });

  test('an error is never cached: the same question is answered when the engine is back', async () => {
    assert.equal((await gateway.get(path('A10'))).status, 200);
  });
});

describe('questions that take too long', () => {
  test('are their own failure: reads of single series go on, and the gateway stays ready', async () => {
    const slow = (i: number) =>
      `/query?metric=edits-aggregate&range=2024-0${i}..2024-03&grain=monthly&by=project&where.editor-type=user&where.page-type=content`;
    faults.endlessScans = true;
    const statuses = await Promise.all(
      [1, 2, 3, 1, 2, 3].map(async (start, i) => (await gateway.get(`${slow(start)}&limit=${i + 1}`)).status),
    );
    faults.endlessScans = false;
    assert.deepEqual(new Set(statuses), new Set([503]));
    await gateway.app.road.watch.refresh();
    assert.equal((await gateway.app.admin.inject('/readyz')).statusCode, 200);
    const edits = '/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/20240301';
    assert.equal((await gateway.get(edits)).status, 200);
    assert.equal((await gateway.get(slow(1))).status, 200);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { Registry } from 'prom-client';
import { EngineError } from '../../src/core/engine-error.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { answerCalls } from '../../src/live/answer-calls.ts';
import { RemoteCounter } from '../../src/live/remote-counter.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import type { LiveNumbers } from '../../src/read/live.ts';
import { makeLive } from '../../src/setup/start-live.ts';
import { mmdb } from '../define/mmdb.ts';
import { SIGNAL } from '../load/engines.ts';
import { TestLake } from '../refine/lake.ts';
import { until } from '../support/until.ts';
import { countedRows, counterOf } from './counted.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const DAY = Math.floor(NOON / 86_400_000);
const ASKED = {
  table: tableOf(pageviewsPerArticle),
  grain: 'daily',
  first: DAY,
  last: DAY,
  where: [],
} as const;

/** A counter that asks tables by messages. */
function remoteOf(t: TestContext, tables: LiveNumbers['tables']): RemoteCounter {
  const { port1, port2 } = new MessageChannel();
  answerCalls(port2, tables);
  const remote = new RemoteCounter({
    onChange: () => undefined,
    onFailure: (error) => assert.ifError(error),
  });
  remote.connect(port1);
  t.after(() => port1.close());
  return remote;
}

async function ask({ tables }: RemoteCounter, signal = SIGNAL): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const rows of tables.select(ASKED, signal)) found.push(rows);
  return found;
}

/** Rows whose first is never there. */
function rejecting(next: () => Promise<never>): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

/** Tables whose answers come never; `left` tells why nobody waits for them. */
function hanging(): { readonly tables: LiveNumbers['tables']; readonly left: Promise<unknown> } {
  let leave: (why: unknown) => void;
  const left = new Promise((resolve) => (leave = resolve));
  return {
    tables: {
      select(_asked, signal) {
        signal.addEventListener('abort', () => leave(signal.reason));
        return rejecting(
          () =>
            new Promise((_, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason as Error)),
            ),
        );
      },
      aggregate: () => assert.fail(),
    },
    left,
  };
}

test('a counter that is asked from another thread has the same rows', async (t) => {
  const lake = await TestLake.make(NOON + 10_000);
  t.after(() => lake.close());
  const open = await counterOf(t, lake);
  const dt = new Date(NOON + 5_000).toISOString();
  await lake.pageviews({ dt, path: '/a' }, { dt, path: '/b' }, { dt, path: '/a' });
  await open.counter.round(SIGNAL);
  lake.clock.ms += 1_000;
  await open.counter.round(SIGNAL);
  const periods = { grain: 'daily', first: DAY, last: DAY } as const;
  const own = await countedRows(open, pageviewsPerArticle, periods);
  assert.ok(own.length > 0);
  const remote = remoteOf(t, open.numbers.tables);
  assert.deepEqual(await countedRows({ ...open, numbers: remote }, pageviewsPerArticle, periods), own);
});

test('what an engine can’t do is told with its name, and what is no engine’s fault as it is', async (t) => {
  let error: Error = new EngineError('duckdb', 'no memory is left');
  const remote = remoteOf(t, {
    select: () => rejecting(() => Promise.reject(error)),
    aggregate: () => assert.fail(),
  });
  await assert.rejects(ask(remote), { name: 'EngineError', engine: 'duckdb', message: 'no memory is left' });
  error = new TypeError('a mistake');
  await assert.rejects(ask(remote), { name: 'Error', message: 'a mistake' });
});

test('who gives up is told at once, and the work for it ends', async (t) => {
  const { tables, left } = hanging();
  const remote = remoteOf(t, tables);
  const reason = new Error('gave up');
  const ending = new AbortController();
  const asking = ask(remote, ending.signal);
  setTimeout(() => ending.abort(reason), 50);
  await assert.rejects(asking, reason);
  assert.match(String(await left), /nobody waits/);
});

test('whoever waits for a thread that ends is told, and so are later ones', async (t) => {
  const remote = remoteOf(t, hanging().tables);
  const asking = ask(remote);
  setTimeout(() => remote.disconnect(), 50);
  await assert.rejects(asking, EngineError);
  await assert.rejects(ask(remote), EngineError);
});

test('a thread that can’t begin is started again until it can, and its fault is logged once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-live-'));
  const geo = join(folder, 'countries.mmdb');
  const logged: string[] = [];
  let changes = 0;
  const live = makeLive({
    config: { warehouse: `duckdb:${join(folder, 'lake')}`, eventLog: `files:${folder}`, geo, liveRows: 10 },
    clock: Date,
    logger: { error: ({ err }: { err: Error }) => void logged.push(err.message) },
  });
  assert.ok(live);
  t.after(async () => {
    await live.close();
    await rm(folder, { recursive: true, force: true });
  });
  assert.match(JSON.stringify(live.numbers.counting), /are being counted/);
  live.start(new Registry(), () => changes++);
  await until('its fault is logged', () => logged.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  await writeFile(geo, mmdb(4, {}));
  await until('it counts', () => 'asOfMs' in live.numbers.counting);
  assert.ok(changes > 0);
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /KRAKEN_GEO/);
});

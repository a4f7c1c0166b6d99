import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePorts } from '../../../engines/ports.ts';
import { type RunningHbase, startHbase } from '../../../engines/hbase.ts';
import { EngineError } from '../../../src/core/engine-error.ts';
import { openSeriesStore } from '../../../src/config/engines.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { tableName, withClient } from '../hbase/place.ts';
import {
  ask,
  assertBack,
  assertDown,
  assertSameHeld,
  type Downtime,
  type Held,
  heldWith,
  SLACK_MS,
} from './downtime.ts';
import { HANGS_MS } from '../../support/hangs.ts';
import { key as keyOf } from '../../stores/cells.ts';
import { until } from '../../support/until.ts';

/* A gateway before an HBase of its own, which is killed, stopped and started anew. */

const DEADLINE_MS = 500;
const ARTICLES = 2000;
const flags = { readDeadlineMs: String(DEADLINE_MS), refreshMs: '100' };
const { signal } = new AbortController();

let folder: string;
let hbase: RunningHbase;
let gateway: Gateway;
let downtime: Downtime;
let held: Held;
let asked = 0;

const path = (article: string): string =>
  `/metrics/pageviews/per-article/en.wikipedia/desktop/user/${article}/daily/20240101/20240131`;
const items = (views: number, from: number, to: number): object[] =>
  Array.from({ length: to - from }, (_, i) => ({
    project: 'en.wikipedia',
    article: `A${from + i}`,
    granularity: 'daily',
    timestamp: '2024010200',
    access: 'desktop',
    agent: 'user',
    views,
  }));

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kraken-faults-'));
  hbase = await startHbase({ folder });
  gateway = await startGateway({ flags: { ...flags, series: hbase.address } });
  // A server that has just started makes its first tables slowly, and this gateway isn't patient.
  await until('rows are loaded', async () => {
    try {
      await gateway.load('pageviews-per-article', items(7, 0, ARTICLES));
      return true;
    } catch (error) {
      if (error instanceof EngineError) return false;
      throw error;
    }
  });
  assert.equal((await ask(gateway, path('A0'))).status, 200);
  downtime = {
    gateway,
    warm: path('A0'),
    cold: () => path(`A${1 + (asked++ % (ARTICLES - 1))}%7CB${asked}`),
    deadlineMs: DEADLINE_MS,
  };
  held = await heldWith(downtime, hbase.thrift.port);
});
after(async () => {
  await gateway.close();
  await hbase.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Waits until HBase itself answers again, however long it takes for that. */
async function answers(): Promise<void> {
  const store = await openSeriesStore(hbase.address, { readOnly: true });
  const key = keyOf('en.wikipedia\0A1\0D2024', 'desktop\0user\x0001');
  await until(
    'HBase answers',
    async () => {
      const deadline = AbortSignal.timeout(2000);
      try {
        await store.states(deadline);
        return (await store.read('pageviews_per_article', [key], deadline))[0] !== undefined;
      } catch {
        return false;
      }
    },
    180_000,
  );
  await store.close();
}

describe('HBase away', { timeout: HANGS_MS }, () => {
  test('its Thrift server is killed, and started again', async () => {
    await hbase.thrift.kill();
    await assertDown(downtime);
    await hbase.thrift.start();
    await answers();
    await assertBack(downtime);
  });

  test('its Thrift server stands still in the middle of calls, and goes on', async () => {
    const asking = Array.from({ length: 20 }, () => ask(gateway, downtime.cold()));
    hbase.thrift.pause();
    for (const { ms } of await Promise.all(asking)) assert.ok(ms <= DEADLINE_MS + SLACK_MS, `${ms} ms`);
    await assertDown(downtime);
    hbase.thrift.resume();
    await assertBack(downtime);
  });

  test('its master is killed, so that the Thrift server swallows calls, and started again', async () => {
    await hbase.master.kill();
    await assertDown(downtime);
    await hbase.master.start();
    await answers();
    await assertBack(downtime);
  });

  test('it goes while cells are published: the load fails, nothing of it is seen, a rerun finishes it', async () => {
    const before = (await ask(gateway, path('A5'))).body;
    const loading = gateway.load('pageviews-per-article', items(8, 0, ARTICLES));
    const failed = assert.rejects(loading, EngineError);
    await until(
      'the load publishes',
      async () => {
        const { tables } = await gateway.warehouse.states(signal);
        return (tables.get('pageviews_per_article')?.version ?? 0) > 1;
      },
      60_000,
    );
    await hbase.thrift.kill();
    await failed;
    await hbase.thrift.start();
    await answers();
    await assertBack(downtime);
    const rerun = await ask(gateway, path('A5'));
    assert.ok(rerun.body === before || /"views":8/.test(rerun.body));
    await gateway.load('pageviews-per-article', items(8, 0, ARTICLES));
    assert.match((await ask(gateway, path('A5'))).body, /"views":8/);
    assert.match((await ask(gateway, path('A1999'))).body, /"views":8/);
  });

  test('a gateway that starts while it is away serves as soon as it is back', async () => {
    await hbase.thrift.kill();
    const early = await startGateway({ flags: { ...flags, series: hbase.address } });
    const refused = await ask(early, path('A9'));
    assert.equal(refused.status, 503);
    await hbase.thrift.start();
    await answers();
    await until('it serves', async () => (await ask(early, path('A9'))).status === 200, 5000);
    await early.close();
    await assertBack(downtime);
  });

  test('a table that is gone is an engine that fails, not one without rows', async () => {
    const bereft = await startGateway({ flags: { ...flags, series: `${hbase.address}/gone` } });
    await bereft.load('pageviews-per-article', items(7, 0, 10));
    assert.equal((await ask(bereft, path('A1'))).status, 200);
    const table = tableName('gone', 'pageviews_per_article');
    await withClient(
      async (client) => {
        await client.disableTable(table);
        await client.deleteTable(table);
      },
      { host: '127.0.0.1', port: hbase.thrift.port },
    );
    const refused = await ask(bereft, path('A2'));
    assert.equal(refused.status, 503, refused.body);
    assert.equal((await ask(bereft, path('A1'))).status, 200, 'what was answered is kept');
    await bereft.close();
  });

  test('a gateway with a wrong port answers 503, and says nothing of Java', async () => {
    const [port] = await freePorts(1);
    const lost = await startGateway({ flags: { ...flags, series: `hbase://127.0.0.1:${port}` } });
    const refused = await ask(lost, path('A9'));
    assert.equal(refused.status, 503);
    assert.ok(refused.ms <= DEADLINE_MS + SLACK_MS);
    await lost.close();
  });

  test('after all of this, connections and memory are as before', async () => {
    assertSameHeld(await heldWith(downtime, hbase.thrift.port), held);
  });
});

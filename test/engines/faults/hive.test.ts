import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningHive, startHive } from '../../../engines/hive.ts';
import { freePorts } from '../../../engines/ports.ts';
import { EngineError } from '../../../src/core/engine-error.ts';
import { parseHiveAddress } from '../../../src/warehouses/hive/address.ts';
import { Sessions } from '../../../src/warehouses/hive/sessions.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
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
import { until } from '../../support/until.ts';

/* A gateway before a Hive of its own, which is killed, stopped and started anew. */

const DEADLINE_MS = 8000;
const flags = { queryDeadlineMs: String(DEADLINE_MS), refreshMs: '100' };

let folder: string;
let hive: RunningHive;
let gateway: Gateway;
let downtime: Downtime;
let held: Held;
let asked = 0;

const MONTHS = Array.from(
  { length: 48 },
  (_, i) => `${2020 + Math.floor(i / 12)}-${`0${(i % 12) + 1}`.slice(-2)}`,
);
const path = (from: string, to: string, editor = 'user'): string =>
  `/metrics/edits/aggregate/de.wikipedia/${editor}/content/monthly/${from}/${to}`;
const items = (edits: number): object[] => [
  {
    project: 'de.wikipedia',
    'editor-type': 'user',
    'page-type': 'content',
    granularity: 'monthly',
    results: MONTHS.map((month) => ({ timestamp: `${month}-01T00:00:00.000Z`, edits })),
  },
];

/** A range that wasn't asked for yet. */
function cold(): string {
  const from = asked % 24;
  const to = 25 + (Math.floor(asked++ / 24) % 23);
  return path(`${MONTHS[from]}-01`, `${MONTHS[to]}-01`);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kraken-faults-'));
  hive = await startHive({ folder: join(folder, 'hive'), lake: join(folder, 'lake') });
  await answers();
  gateway = await startGateway({ flags: { ...flags, warehouse: hive.address } });
  await gateway.load('edits-aggregate', items(7));
  const warm = path('20200101', '20240101');
  await until('a question is answered', async () => (await ask(gateway, warm)).status === 200, 60_000);
  downtime = { gateway, warm, cold, deadlineMs: DEADLINE_MS };
  held = await heldWith(downtime, hive.server.port);
});
after(async () => {
  await gateway.close();
  await hive.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Statements past the gateway, in a new session. */
async function execute(sql: string): Promise<void> {
  const address = parseHiveAddress(hive.address.replace(/^hive:/, ''));
  const sessions = new Sessions({ ...address, sessions: 1 }, { warm: false });
  try {
    await sessions.execute(sql, AbortSignal.timeout(HANGS_MS));
  } finally {
    await sessions.close();
  }
}

/**
 * Waits until Hive itself answers again, however long it takes for that.
 * @returns how long the answer took, in ms: a new session starts an execution engine first
 */
async function answers(): Promise<number> {
  let ms = 0;
  await until(
    'Hive answers',
    async () => {
      const started = performance.now();
      try {
        await execute('SELECT count(*) FROM (SELECT explode(array(1, 2)) AS n) AS made');
      } catch {
        return false;
      }
      ms = performance.now() - started;
      return true;
    },
    120_000,
  );
  return ms;
}

describe('Hive away', { timeout: HANGS_MS }, () => {
  test('it is killed, and started again', async () => {
    await hive.server.kill();
    await assertDown(downtime);
    await hive.server.start();
    await assertBack(downtime, await answers());
  });

  test('it stands still in the middle of calls, and goes on', async () => {
    const asking = Array.from({ length: 10 }, () => ask(gateway, cold()));
    hive.server.pause();
    for (const { ms } of await Promise.all(asking)) assert.ok(ms <= DEADLINE_MS + SLACK_MS, `${ms} ms`);
    await assertDown(downtime);
    hive.server.resume();
    await assertBack(downtime, await answers());
  });

  test('a gateway that starts while it is away serves as soon as it is back', async () => {
    await hive.server.kill();
    const early = await startGateway({ flags: { ...flags, warehouse: hive.address } });
    assert.equal((await ask(early, cold())).status, 503);
    await hive.server.start();
    const own = await answers();
    await until('it serves', async () => (await ask(early, cold())).status === 200, 5_000 + own);
    await early.close();
    await assertBack(downtime, own);
  });

  test('it goes while rows are loaded: the load fails, nothing of it is seen, a rerun finishes it', async () => {
    const url = path('20210101', '20220101');
    const before = (await ask(gateway, url)).body;
    const loading = gateway.load('edits-aggregate', items(8));
    const failed = assert.rejects(loading, EngineError);
    await sleep(300);
    await hive.server.kill();
    await failed;
    await hive.server.start();
    await assertBack(downtime, await answers());
    await until(
      'what counts is known again',
      async () => {
        const now = await ask(gateway, url);
        return now.body === before && !/stale/.test(String(now.headers['cache-status']));
      },
      15_000,
    );
    await gateway.load('edits-aggregate', items(8));
    assert.match((await ask(gateway, url)).body, /"edits":8/);
  });

  test('a table that is gone is an engine that fails, not one without rows', async () => {
    const bereft = await startGateway({
      flags: { ...flags, warehouse: hive.address.replace('?', '/gone?') },
    });
    await bereft.load('edits-aggregate', items(7));
    const warm = path('20200101', '20240101');
    await until('a question is answered', async () => (await ask(bereft, warm)).status === 200, 60_000);
    await execute('DROP TABLE gone.edits_aggregate');
    const refused = await ask(bereft, cold());
    assert.equal(refused.status, 503, refused.body);
    assert.equal((await ask(bereft, warm)).status, 200, 'what was answered is kept');
    await bereft.close();
  });

  test('a gateway with a wrong port answers 503, and says nothing of Java', async () => {
    const [port] = await freePorts(1);
    const lost = await startGateway({ flags: { ...flags, warehouse: `hive://127.0.0.1:${port}` } });
    assert.equal((await ask(lost, cold())).status, 503);
    await lost.close();
  });

  test('after all of this, connections and memory are as before', async () => {
    assertSameHeld(await heldWith(downtime, hive.server.port), held);
  });
});

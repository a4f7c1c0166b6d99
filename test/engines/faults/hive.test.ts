import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type RunningHive, startHive } from '../../../engines/hive.ts';
import { freePorts } from '../../../engines/ports.ts';
import { Faults } from '../../support/faults.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { ask, assertBack, assertDown, connectionsTo, type Downtime, until } from './downtime.ts';

/* A gateway before a Hive of its own, which is killed, stopped and started anew. */

const DEADLINE_MS = 8000;
const flags = { queryDeadlineMs: String(DEADLINE_MS), refreshMs: '100' };

let folder: string;
let hive: RunningHive;
let gateway: Gateway;
let downtime: Downtime;
const faults = new Faults();
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
  gateway = await startGateway({
    flags: { ...flags, warehouse: hive.address },
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
  });
  await gateway.load('edits-aggregate', items(7));
  const warm = path('20200101', '20240101');
  assert.equal((await ask(gateway, warm)).status, 200);
  downtime = { gateway, warm, cold, deadlineMs: DEADLINE_MS };
});
after(async () => {
  await gateway.close();
  await hive.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('Hive asked', { timeout: 300_000 }, () => {
  test('the same question by 100 callers at once is one statement, and warm answers are none', async () => {
    faults.selects = 0;
    const url = path('20210101', '20220101');
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(gateway, url)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(answers.map(({ body }) => body)).size, 1);
    assert.equal(faults.selects, 1);
    for (let i = 0; i < 100; i++) assert.equal((await ask(gateway, url)).status, 200);
    assert.equal(faults.selects, 1, 'warm answers');
    await gateway.load('edits-aggregate', items(8));
    const anew = await Promise.all(Array.from({ length: 100 }, () => ask(gateway, url)));
    for (const { body } of anew) assert.match(body, /"edits":8/);
    assert.equal(faults.selects, 2, 'a new version');
  });
});

describe('Hive away', { timeout: 600_000 }, () => {
  test('it is killed, and started again', async () => {
    await hive.server.kill();
    await assertDown(downtime);
    await hive.server.start();
    await assertBack(downtime);
  });

  test('it stands still in the middle of calls, and goes on', async () => {
    const asking = Array.from({ length: 10 }, () => ask(gateway, cold()));
    hive.server.pause();
    for (const { ms } of await Promise.all(asking)) assert.ok(ms <= DEADLINE_MS + 200, `${ms} ms`);
    await assertDown(downtime);
    hive.server.resume();
    await assertBack(downtime);
  });

  test('a gateway that starts while it is away serves as soon as it is back', async () => {
    await hive.server.kill();
    const early = await startGateway({ flags: { ...flags, warehouse: hive.address } });
    assert.equal((await ask(early, cold())).status, 503);
    await hive.server.start();
    await until('it serves', 15_000, async () => (await ask(early, cold())).status === 200);
    await early.close();
    await assertBack(downtime);
  });

  test('a gateway with a wrong port answers 503, and says nothing of Java', async () => {
    const [port] = await freePorts(1);
    const lost = await startGateway({ flags: { ...flags, warehouse: `hive://127.0.0.1:${port}` } });
    assert.equal((await ask(lost, cold())).status, 503);
    await lost.close();
  });

  test('after all of this, connections and memory are as before', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ask(gateway, cold())));
    const connections = connectionsTo(hive.server.port);
    assert.ok(connections > 0 && connections <= 8, `${connections} connections`);
    const megabytes = process.memoryUsage().heapUsed / 2 ** 20;
    assert.ok(megabytes < 300, `${megabytes} MiB`);
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileLogReader } from '../../src/log/files/open.ts';
import { Processes, type Serving } from '../support/process.ts';
import { randomOf } from '../support/random.ts';
import { gauge, SITE, untilViews, viewsIn, viewsOf, ViewSender } from './live-views.ts';
import { until } from '../support/until.ts';

/* What counts, loads and refines, each a process that is killed while views come in. */

/** How often each is killed: KRAKEN_TEST_ROUNDS=10. */
const ROUNDS = Number(process.env['KRAKEN_TEST_ROUNDS'] ?? 2);
const SEED = Number(process.env['KRAKEN_TEST_SEED'] ?? 1);
/** Up to how long after its start a loader is killed, in ms: some die before they load, some between two commits. */
const KILLED_WITHIN_MS = 3_000;
const PAUSE_MS = 20;

const processes = new Processes();
after(() => processes.end());

void test(
  `loaders, refining and gateways killed ${ROUNDS} times: two gateways of one log say the same, and are right`,
  { timeout: 120_000 + ROUNDS * 240_000 },
  async (t) => {
    const random = randomOf(SEED);
    const data = processes.folder();
    const collect = (): Promise<Serving> =>
      processes.serve(data, '--collect', '--load', 'false', '--sender-events', 'off');
    let collector = await collect();
    const sender = new ViewSender(() => collector.api, PAUSE_MS);
    t.after(() => sender.stop());
    await sender.more(1);
    // This one counts what the other collects.
    let reader = await processes.serve(data);
    await untilViews(reader.api, (views) => views > 0);

    /** Loads and refines whatever those left behind that died of it. */
    const bringIn = async (): Promise<void> => {
      for (const command of ['load', 'refine']) {
        const { code, stderr } = await processes.run(command, '--data', data);
        assert.equal(code, 0, stderr);
      }
    };

    for (let round = 0; round < ROUNDS; round++) {
      // Views are counted whoever loads them, and whoever dies of it.
      const loader = processes.start('load', '--follow', '--data', data);
      await sleep(random() * KILLED_WITHIN_MS);
      await loader.kill();
      const refining = processes.start('refine', '--data', data);
      await sleep(random() * KILLED_WITHIN_MS);
      await refining.kill();
      if (round % 2 === 1) await bringIn();
      const { acknowledged } = sender;
      for (const { api } of [collector, reader]) await untilViews(api, (views) => views >= acknowledged);

      // A killed collector: nothing comes in, and the other gateway says no less.
      const before = await viewsOf(reader.api);
      await collector.kraken.kill();
      assert.ok((await viewsOf(reader.api)).views >= before.views);
      const known = sender.acknowledged;
      collector = await collect();
      await untilViews(collector.api, (views) => views >= known);

      // A killed reader has all again.
      await sender.more(20);
      await reader.kraken.kill();
      reader = await processes.serve(data);
      await sender.more(20);
    }

    await sender.stop();
    const log = openFileLogReader(join(data, 'events'));
    // The end of the log is published to other processes just after it is acknowledged.
    let truth = 0;
    const { acknowledged } = sender;
    await until(
      'all that was acknowledged is read',
      async () => (truth = await viewsIn(log)) >= acknowledged,
    );
    await log.close();
    const assertRight = async (): Promise<void> => {
      const gateways = [collector, reader];
      await Promise.all(gateways.map(({ api }) => untilViews(api, (views) => views >= truth)));
      // Nothing follows that would be too much.
      await sleep(1_500);
      for (const { api } of gateways) assert.equal((await viewsOf(api)).views, truth);
    };
    await assertRight();
    const held = await gauge(collector.admin, 'kraken_live_rows');
    assert.ok(held > 0);
    // In the end all is in the lake, and nothing is counted twice.
    await bringIn();
    for (const { admin } of [collector, reader])
      await until('no view is held', async () => (await gauge(admin, 'kraken_live_rows')) === 0);
    await assertRight();
    for (const { kraken } of [collector, reader]) assert.equal(kraken.stderr, '');
    t.diagnostic(
      `${ROUNDS} rounds (seed ${SEED}): ${sender.acknowledged} views of ${SITE} acknowledged, ${truth} in the log, ` +
        `${truth} counted by both gateways; ${held} were held before the last load, none after it`,
    );
  },
);

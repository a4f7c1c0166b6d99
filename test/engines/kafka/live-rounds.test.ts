import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka } from '../../../engines/kafka.ts';
import { openKafkaLogReader } from '../../../src/log/kafka/open.ts';
import { Reader } from '../../api/listen/events.ts';
import { gauge, SITE, untilViews, viewsIn, viewsOf, ViewSender } from '../../process/live-views.ts';
import { Processes } from '../../support/process.ts';
import { until } from '../../support/until.ts';

/* Two gateways count what is in a Kafka that stops again and again. One of them collects. */

/** How often the broker is away: KRAKEN_TEST_ROUNDS=10. */
const ROUNDS = Number(process.env['KRAKEN_TEST_ROUNDS'] ?? 2);
/** How long it is away at least, in ms: longer than the time after which asOf moves on though no number changes. */
const AWAY_MS = 7_000;
const HOURS = `/metrics/pageviews/aggregate/${SITE}/all-access/all-agents/hourly/-1d/now`;

void test(
  `a Kafka that stops ${ROUNDS} times: live numbers stand still and say so, and are right again`,
  { timeout: 240_000 + ROUNDS * 240_000 },
  async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'kraken-live-'));
    const processes = new Processes();
    const kafka = await startKafka({ folder: join(root, 'kafka') });
    const data = join(root, 'data');
    const log = `${kafka.address}/live?partitions=2`;
    let sender: ViewSender | undefined;
    try {
      const flags = ['--event-log', log];
      const collector = await processes.serve(
        data,
        ...flags,
        '--collect',
        '--load',
        'false',
        '--sender-events',
        'off',
      );
      const reader = await processes.serve(data, ...flags);
      const gateways = [collector, reader];
      sender = new ViewSender(() => collector.api, 50);
      await sender.more(1);
      await Promise.all(gateways.map(({ api }) => untilViews(api, (views) => views > 0)));

      const tookMs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await sender.more(20);
        const stream = await Reader.open(`${reader.api}${HOURS}?heartbeat=1`);
        const asOf = (): string | undefined =>
          stream.events.map(({ data }) => data.asOf as string | undefined).findLast(Boolean);
        const ways = ['stop', 'kill', 'pause'] as const;
        const way = ways[round % ways.length] as (typeof ways)[number];
        await kafka.broker[way]();
        const awaySince = Date.now();
        // What was under way is counted, and then nothing more.
        await sleep(2_000);
        const before = await Promise.all(gateways.map(({ api }) => viewsOf(api)));
        if (round === 0)
          for (const { admin } of gateways)
            await until('/readyz says that it stands still', async () =>
              (await (await fetch(`${admin}/readyz`)).text()).includes('are counted only up to'),
            );
        await sleep(Math.max(0, AWAY_MS - (Date.now() - awaySince)));
        assert.deepEqual(await Promise.all(gateways.map(({ api }) => viewsOf(api))), before);
        for (const { asOfMs } of before) assert.ok(asOfMs !== undefined && asOfMs <= awaySince + 1_000);
        assert.equal(asOf(), new Date(before[1]?.asOfMs ?? 0).toISOString());
        for (const { admin } of gateways) {
          const lag = await gauge(admin, 'kraken_live_lag_seconds');
          assert.ok(lag * 1000 >= AWAY_MS - 1_000, `${lag} seconds behind`);
        }

        const back = performance.now();
        await (way === 'pause' ? kafka.broker.resume() : kafka.broker.start());
        await sender.more(10);
        const { acknowledged } = sender;
        await Promise.all(gateways.map(({ api }) => untilViews(api, (views) => views >= acknowledged)));
        tookMs.push(Math.round(performance.now() - back));
        const now = new Date().toISOString();
        await until('the stream goes on', () => {
          assert.ok(!stream.ended, stream.raw.slice(-1_000));
          return (asOf() ?? '') >= now;
        });
        assert.equal(await (await fetch(`${reader.admin}/readyz`)).text(), 'ok\n');
        stream.close();
      }

      await sender.stop();
      const whole = await openKafkaLogReader(log.replace(/^kafka:/, ''));
      const truth = await viewsIn(whole);
      await whole.close();
      assert.ok(truth >= sender.acknowledged);
      await Promise.all(gateways.map(({ api }) => untilViews(api, (views) => views >= truth)));
      await sleep(1_500);
      for (const { api } of gateways) assert.equal((await viewsOf(api)).views, truth);
      t.diagnostic(
        `${ROUNDS} rounds: ${sender.acknowledged} views acknowledged, ${truth} in the log and counted by both gateways; ` +
          `right again after ${tookMs.join(', ')} ms`,
      );
    } finally {
      await sender?.stop();
      await processes.end();
      await kafka.stop();
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  },
);

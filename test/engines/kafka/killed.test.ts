import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka } from '../../../engines/kafka.ts';
import { Sessions } from '../../../src/warehouses/hive/sessions.ts';
import { randomOf } from '../../support/random.ts';
import { column, hiveAddress, soon } from '../hive/server.ts';
import { engineAddress } from '../places.ts';
import { KilledRoad } from './killed-road.ts';

/**
 * KRAKEN_TEST_KILLS=30 is the long form. A third of the kills is the broker's. In the long form the loaders tell Hive all
 * the time, in the short one at the end.
 */
const KILLS = Number(process.env['KRAKEN_TEST_KILLS'] ?? 6);
const SEED = Number(process.env['KRAKEN_TEST_SEED'] ?? 1);
/** Up to how long the road is left alone between two kills, in ms. */
const ALONE_MS = 2_000;

void test(
  `collector, broker and loaders killed ${KILLS} times: what was acknowledged is in the table and in Hive, once (seed ${SEED})`,
  { timeout: 240_000 + KILLS * 40_000 },
  async (context) => {
    const random = randomOf(SEED);
    const root = await mkdtemp(join(tmpdir(), 'kraken-killed-'));
    const database = `t${randomBytes(5).toString('hex')}`;
    const warehouse = `${engineAddress('ENGINES_HIVE')}/${database}?sessions=1&lake=${join(root, 'data', 'lake')}`;
    const sessions = new Sessions({ ...hiveAddress(), database: 'default' }, { warm: false });
    // Others use theirs meanwhile.
    const kafka = await startKafka({ folder: join(root, 'kafka') });
    const road = new KilledRoad(kafka, join(root, 'data'), { hive: warehouse, isTold: KILLS >= 10, random });
    const kills = { broker: 0, collector: 0, loader: 0 };
    try {
      await road.start();
      await road.untilCommitted();
      // Something else is killed while the broker starts again.
      let starting: Promise<void> | undefined;
      for (let kill = 0; kill < KILLS; kill++) {
        if (!starting) {
          await road.untilAcknowledged(50);
          if (random() < 0.5) await road.untilCommitted();
        }
        await sleep(random() * ALONE_MS);
        const which = kill % 3 === 2 ? 'broker' : kill % 6 === 1 ? 'collector' : 'loader';
        kills[which]++;
        if (which === 'broker') {
          starting = road.killBroker();
          starting.catch(() => undefined);
          continue;
        }
        await (which === 'collector' ? road.killCollector() : road.killLoader());
        await starting;
        starting = undefined;
      }
      await starting;
      await road.untilAcknowledged(50);
      const { rows, ...found } = await road.end();
      const inHive = await column(sessions, `SELECT meta.id FROM \`${database}\`.\`raw_visit\``);
      const hive = road.compare(inHive as string[]);
      context.diagnostic(
        `${JSON.stringify(kills)}: ${road.acknowledged.length} acknowledged, ${road.refused} batches refused, ` +
          `${rows.length} rows by DuckDB, ${inHive.length} by Hive, ${await road.repeats()} repeats removed, ` +
          `${await road.commits()} commits: lost ${found.lost}, duplicated ${found.duplicated} and ${hive.duplicated}, ` +
          `unseen ${found.unseen} and ${hive.unseen}`,
      );
      assert.deepEqual(found, { lost: 0, duplicated: 0, unseen: 0 });
      assert.deepEqual(hive, { duplicated: 0, unseen: 0 });
      assert.equal(inHive.length, rows.length);
    } finally {
      await road.close();
      await kafka.stop();
      await sessions.execute(`DROP DATABASE IF EXISTS \`${database}\` CASCADE`, soon());
      await sessions.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  },
);

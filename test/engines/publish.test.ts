import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cellKeysOf, cellPeriods, seriesKeyOf } from '../../src/core/cell/layout.ts';
import type { SeriesMetric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { ordinalAt } from '../../src/core/time/time.ts';
import { openSeriesStore } from '../../src/config/engines.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import { Processes } from '../support/process.ts';
import { Places } from './places.ts';
import { HANGS_MS } from '../support/hangs.ts';

/*
 * kraken publish to HBase, killed at random moments and run again: the same cells as when nothing
 * disturbs it.
 */

const METRIC = pageviewsPerArticle as SeriesMetric;
const { name: TABLE } = tableOf(METRIC);
const ARTICLES = 3000;
const KILLS = 10;
const { signal } = new AbortController();

const processes = new Processes();
const places = new Places();
let data: string;

/** Two days of each month of a year, of every article. */
function rows(factor: number): string {
  const lines: string[] = ['project,article,granularity,timestamp,access,agent,views'];
  for (let month = 1; month <= 12; month++) {
    for (const day of ['01', '15']) {
      const timestamp = `2024${String(month).padStart(2, '0')}${day}`;
      for (let article = 0; article < ARTICLES; article++)
        lines.push(`en.wikipedia,A${article},daily,${timestamp},desktop,user,${factor * (article + month)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

async function load(factor: number): Promise<void> {
  const file = join(data, 'rows.csv');
  writeFileSync(file, rows(factor));
  const { code, stderr } = await processes.run('import', 'pageviews-per-article', file, '--data', data);
  assert.equal(code, 0, stderr);
}

const publish = (): string[] => ['publish', METRIC.name, '--data', data, '--series', places.series];

/** Every cell that the table can have, as bytes; fails where the states that go with them differ. */
async function contents(store: SeriesStore): Promise<(string | undefined)[]> {
  const { tables } = await store.states(signal);
  assert.ok(tables.has(TABLE));
  const year = Date.UTC(2024, 0, 1);
  const periods = [
    ...cellPeriods('series', {
      grain: 'daily',
      first: ordinalAt('daily', year),
      last: ordinalAt('daily', Date.UTC(2024, 11, 31)),
    }),
    ...cellPeriods('series', {
      grain: 'monthly',
      first: ordinalAt('monthly', year),
      last: ordinalAt('monthly', year) + 11,
    }),
  ];
  const found: (string | undefined)[] = [];
  for (let from = 0; from < ARTICLES; from += 500) {
    const keys = Array.from({ length: 500 }, (_, i) => {
      const series = seriesKeyOf(METRIC, ['en.wikipedia', 'desktop', 'user', `A${from + i}`]);
      return cellKeysOf(series, periods);
    }).flat();
    for (const bytes of await store.read(TABLE, keys, signal))
      found.push(bytes && Buffer.from(bytes).toString('base64'));
  }
  return found;
}

before(() => {
  data = processes.folder();
});
after(async () => {
  await processes.end();
  await places.remove();
});

describe('kraken publish to HBase', { timeout: HANGS_MS }, () => {
  test('killed at ten random moments and run again, it ends with the cells of an undisturbed run', async (t) => {
    let killed = 0;
    for (let round = 1; round <= KILLS; round++) {
      await load(round);
      const running = processes.start(...publish());
      // The first half second is the start of the process.
      await sleep(500 + Math.random() * 1500);
      const { code } = await running.kill();
      if (code === null) killed++;
    }
    const rerun = await processes.run(...publish());
    assert.equal(rerun.code, 0, rerun.stderr);
    t.diagnostic(`${killed} of ${KILLS} were killed before their end`);
    assert.ok(killed > 0, 'some were killed at work');

    const [hbase, lmdb] = [
      await openSeriesStore(places.series),
      await openSeriesStore(`lmdb:${data}/series`),
    ];
    try {
      const found = await contents(hbase);
      const expected = await contents(lmdb);
      assert.equal(expected.filter((cell) => cell !== undefined).length, ARTICLES * 13);
      assert.deepEqual(found, expected);
      const states = await Promise.all([hbase, lmdb].map((store) => store.states(signal)));
      const [there, here] = states.map(({ tables }) => tables.get(TABLE));
      // Each store says when it was published itself.
      assert.equal(there?.publications?.at(-1)?.version, there?.version);
      assert.deepEqual({ ...there, publications: undefined }, { ...here, publications: undefined });
    } finally {
      await Promise.all([hbase.close(), lmdb.close()]);
    }
  });
});

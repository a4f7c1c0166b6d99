import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askDay, startGateway } from '../../bench/day/ask.ts';
import { COMPARED, compareDay, comparedLines } from '../../bench/day/compare.ts';
import { beginRoad, collectLate } from '../../bench/day/road.ts';
import { countDay, exportAll } from '../../bench/day/steps.ts';
import { Places } from './places.ts';

/** As many requests as wanted: KRAKEN_TEST_REQUESTS=1000000 is a tenth of the day of bench/day/run.ts. */
const REQUESTS = Number(process.env['KRAKEN_TEST_REQUESTS'] ?? 12_000);
const DAY = { requests: REQUESTS, seed: 1, day: '2026-10-31', ...(REQUESTS < 100_000 && { hours: 4 }) };
const MONTH = '2026-10';
const RANGE = ['2026103100', '2026110100'] as const;

void test(`each number of a day of ${REQUESTS} requests, made by Hive and served from HBase, equals an independent count`, async (t) => {
  const engines = new Places();
  const folder = await mkdtemp(join(tmpdir(), 'kraken-day-'));
  try {
    const { series = '', warehouse = '' } = (await engines.flags()) as Readonly<Record<string, string>>;
    const places = ['--data', join(folder, 'data'), '--series', series, '--warehouse', warehouse];
    const road = await beginRoad(DAY, folder, places, ({ name, seconds }) =>
      t.diagnostic(`${name}: ${seconds.toFixed(1)} s`),
    );
    await collectLate(road);
    for (const name of ['refine', 'aggregate', 'publish']) await road.run(name, [name]);
    const [counted, exported] = [join(folder, 'counted'), join(folder, 'exported')];
    await countDay([...road.logs, road.day.late], road.day.combined.site, counted);
    await mkdir(exported);
    await exportAll(
      COMPARED.map(({ metric }) => metric),
      places,
      exported,
    );
    const different = (await compareDay(counted, exported, MONTH)).filter((one) => one.different > 0);
    assert.equal(different.length, 0, comparedLines(different).join('\n'));
    const gateway = await startGateway(places);
    try {
      for (const { metric, different, examples } of await askDay(gateway.api, counted, 200, RANGE))
        assert.equal(different, 0, [metric, ...examples].join('\n'));
    } finally {
      await gateway.end();
    }
  } finally {
    await engines.remove();
    await rm(folder, { recursive: true, force: true });
  }
});

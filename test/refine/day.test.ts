import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { askDay, startGateway } from '../../bench/day/ask.ts';
import {
  COMPARED,
  compareDay,
  comparedLines,
  type Digest,
  digestsOfCount,
  digestsOfExport,
} from '../../bench/day/compare.ts';
import { differencesAfterKills } from '../../bench/day/kills.ts';
import { beginRoad, collectLate, type DayRoad } from '../../bench/day/road.ts';
import { countDay, exportAll } from '../../bench/day/steps.ts';

/**
 * A small day of generated requests, of few hours because each takes its time. Its road is that of bench/day/run.ts.
 * Its month is over, so that months are compared as well.
 */
const DAY = { requests: 12_000, seed: 1, day: '2026-10-31', hours: 4 };
const MONTH = '2026-10';
const RANGE = ['2026103100', '2026110100'] as const;
/** What bench/day/count.py counted of it, so that the numbers can be compared where Python isn't there. */
const RECORDED = new URL('../../../test/refine/day-count.json', import.meta.url);
/** How often each command is killed. As many as wanted: KRAKEN_TEST_KILLS=10. */
const KILLS = Number(process.env['KRAKEN_TEST_KILLS'] ?? 1);

const PYTHON = process.env['PYTHON'] ?? 'python3';
const hasPython = spawnSync(PYTHON, ['--version']).status === 0;
const python = hasPython ? {} : { skip: `${PYTHON} isn't there, by which the day is counted again` };

let folder = '';
let road: DayRoad;
const pathOf = (name: string): string => join(folder, name);
const places = (): string[] => ['--data', pathOf('data')];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kraken-day-'));
  for (const name of ['early', 'late', 'exported']) await mkdir(pathOf(name));
  road = await beginRoad(DAY, folder, places());
  await cp(pathOf('data'), pathOf('loaded'), { recursive: true });
  await refined();
  await exportedTo('early');
  await collectLate(road);
  await refined();
  await exportedTo('late');
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function refined(): Promise<void> {
  for (const name of ['refine', 'aggregate', 'publish']) await road.run(name, [name]);
}

function exportedTo(name: string): Promise<void> {
  return exportAll(
    COMPARED.map(({ metric }) => metric),
    places(),
    pathOf(name),
  );
}

void test('a generated day has the numbers that were counted, before its late lines and after them', async () => {
  const recorded = JSON.parse(await readFile(RECORDED, 'utf8')) as Record<'early' | 'late', Digest[]>;
  for (const name of ['early', 'late'] as const)
    assert.deepEqual(await digestsOfExport(pathOf(name), MONTH), recorded[name], name);
});

void test('each number equals that of a count that is written in another language', python, async () => {
  const recorded = JSON.parse(await readFile(RECORDED, 'utf8')) as Record<'early' | 'late', Digest[]>;
  for (const name of ['early', 'late'] as const) {
    const logs = name === 'early' ? road.logs : [...road.logs, road.day.late];
    const counted = pathOf(`counted-${name}`);
    await countDay(logs, road.day.combined.site, counted);
    const compared = await compareDay(counted, pathOf(name), MONTH);
    const different = compared.filter((one) => one.different > 0 || one.expected !== one.actual);
    assert.equal(different.length, 0, comparedLines(different).join('\n'));
    assert.deepEqual(await digestsOfCount(counted, MONTH), recorded[name], `what is recorded: ${name}`);
  }
});

void test('a gateway answers with these numbers', python, async () => {
  const counted = pathOf('counted');
  await countDay([...road.logs, road.day.late], road.day.combined.site, counted);
  const gateway = await startGateway(places());
  try {
    for (const { metric, different, examples } of await askDay(gateway.api, counted, 300, RANGE))
      assert.equal(different, 0, [metric, ...examples].join('\n'));
  } finally {
    await gateway.end();
  }
});

void test(`refine, aggregate and publish that are killed ${KILLS} times each serve the same in the end`, async () => {
  assert.deepEqual(await differencesAfterKills(pathOf('loaded'), pathOf('killed'), KILLS, DAY.seed), []);
});

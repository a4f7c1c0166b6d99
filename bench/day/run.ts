/**
 * The whole road with a generated day: collect → load → refine → aggregate → publish, by the commands; then every
 * number is compared with the independent count, and many are asked of a gateway. Refining and aggregating are
 * measured beside what DuckDB alone needs (duckdb-alone.sql), and what late rows of one hour cost beside that hour and
 * the day's numbers made again. Fails if a number differs.
 * `node dist/bench/day/run.js [--requests 10000000] [--seed 1] [--day 2026-10-31] [--folder FOLDER] [--asked 2000]
 *  [--kills 0] [--check-early] [--no-alone] [-- FLAGS OF THE ENGINES]`
 * With --check-early, numbers are compared before late lines come, too.
 * With --kills, each of refine, aggregate and publish is killed at so many random moments, and run again: what is
 * served must be the same bytes.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askDay, askedLines, startGateway } from './ask.ts';
import { COMPARED, compareDay, comparedLines } from './compare.ts';
import type { GeneratedDay } from './generate.ts';
import { differencesAfterKills } from './kills.ts';
import { lateCostOf, lateLine } from './late.ts';
import { beginRoad, collectLate, type DayRoad } from './road.ts';
import { AGGREGATE_ONLY, countDay, DUCKDB_ALONE, exportAll, type Step, step, stepLine } from './steps.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    requests: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: '1' },
    day: { type: 'string', default: '2026-10-31' },
    folder: { type: 'string' },
    asked: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '0' },
    'check-early': { type: 'boolean', default: false },
    'no-alone': { type: 'boolean', default: false },
  },
});
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'kraken-day-')));
const [data, exported, counted] = ['data', 'exported', 'counted'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const places = ['--data', data, ...positionals];
// A month that isn't over has no numbers yet.
const thisMonth = new Date().toISOString().slice(0, 7);
const lastMonth = values.day.slice(0, 7) < thisMonth ? values.day.slice(0, 7) : '';
const failures: string[] = [];
try {
  await mkdir(exported, { recursive: true });
  const { requests, seed, day: date } = values;
  const options = { requests: Number(requests), seed: Number(seed), day: date };
  const road = await beginRoad(options, folder, places, (done) => console.log(stepLine(done)));
  const { day, logs } = road;
  const collected = [...logs];
  console.log(
    `${day.requests} requests, ${day.repeated} lines again, ${day.unreadable} that can't be read, ${day.views} views`,
  );
  const before = join(folder, 'before');
  const kills = Number(values.kills);
  if (kills > 0) await cp(data, before, { recursive: true });
  await (values['no-alone'] ? refineOn(road, '') : refineBesideDuckdb(road));
  if (values['check-early']) await check(logs, day);
  if (!values['no-alone']) {
    const cost = await lateCostOf(road, date, folder, data);
    console.log(lateLine(cost));
    collected.push(cost.log);
  }
  await collectLate(road);
  await refineOn(road, ' late lines');
  await check([...collected, day.late], day);
  if (kills > 0) {
    await rm(data, { recursive: true });
    failures.push(...(await differencesAfterKills(before, data, kills, Number(seed), console.log)));
  }
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}
for (const failure of failures) console.log(`FAILED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function refineOn({ run }: DayRoad, what: string): Promise<void> {
  for (const name of ['refine', 'aggregate', 'publish']) await run(`${name}${what}`, [name]);
}

/** Refines, and aggregates without publishing, with DuckDB alone before and after it; then goes on. */
async function refineBesideDuckdb({ run }: DayRoad): Promise<void> {
  const alone = [await duckdbAlone()];
  const made = [
    await run('refine', ['refine']),
    await step('aggregate only', AGGREGATE_ONLY, [join(data, 'lake')]),
  ];
  console.log(stepLine(made[1] as Step), made[1]?.stderr);
  alone.push(await duckdbAlone());
  for (const measure of ['seconds', 'cpuSeconds'] as const) {
    const sum = (all: readonly Step[]): number => all.reduce((total, one) => total + one[measure], 0);
    const ratio = sum(made) / (sum(alone) / alone.length);
    console.log(`refine and aggregate take ${ratio.toFixed(2)} × what DuckDB alone takes (${measure})`);
  }
  await run('publish', ['publish']);
}

async function duckdbAlone(): Promise<Step> {
  const out = join(folder, 'alone');
  const done = await step('DuckDB alone', DUCKDB_ALONE, [join(data, 'lake'), out]);
  console.log(stepLine(done), done.stderr);
  await rm(out, { recursive: true });
  return done;
}

/** Compares every number with the count of logs, and asks a gateway for many. */
async function check(logs: readonly string[], { combined }: GeneratedDay): Promise<void> {
  console.log(`counted in ${(await countDay(logs, combined.site, counted)).toFixed(1)} s`);
  await exportAll(
    COMPARED.map(({ metric }) => metric),
    places,
    exported,
  );
  const compared = await compareDay(counted, exported, lastMonth);
  console.log(comparedLines(compared).join('\n'));
  const gateway = await startGateway(places);
  try {
    const next = new Date(Date.parse(values.day) + 86_400_000).toISOString().slice(0, 10);
    const [first, last] = [values.day, next].map((text) => `${text.replaceAll('-', '')}00`) as [
      string,
      string,
    ];
    const asked = await askDay(gateway.api, counted, Number(values.asked), [first, last]);
    console.log(askedLines(asked).join('\n'));
    for (const { metric, different } of [...compared, ...asked])
      if (different > 0) failures.push(`${metric}: ${different} numbers differ`);
  } finally {
    await gateway.end();
  }
}

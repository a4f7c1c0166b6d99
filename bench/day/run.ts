/**
 * The whole road with a generated day: collect → load → refine → aggregate → publish, by the commands; then every
 * number is compared with the independent count, and many are asked of a gateway. Refining and aggregating are
 * measured beside what DuckDB alone needs (duckdb-alone.sql). Fails if a number differs.
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
import { generateDay } from './generate.ts';
import { differencesAfterKills } from './kills.ts';
import {
  AGGREGATE_ONLY,
  CLI,
  countDay,
  DUCKDB_ALONE,
  exportAll,
  type Step,
  step,
  stepLine,
} from './steps.ts';

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
const failures: string[] = [];
try {
  await mkdir(exported, { recursive: true });
  const begun = performance.now();
  const day = generateDay({
    requests: Number(values.requests),
    seed: Number(values.seed),
    day: values.day,
    out: join(folder, 'logs'),
  });
  console.log(
    `${day.requests} requests, ${day.repeated} lines again, ${day.unreadable} that can't be read: ${seconds(begun)} s`,
  );
  const { site, logs: combined } = day.combined;
  const collect = ['collect', '--site', site, ...places];
  await kraken('collect', [...collect, ...day.logs, ...combined]);
  // Logs of one server are collected a second time.
  await kraken('collect again', [...collect, ...combined]);
  await kraken('load', ['load', ...places]);
  const before = join(folder, 'before');
  if (Number(values.kills) > 0) await cp(data, before, { recursive: true });
  await road('');
  if (values['check-early']) await check([...day.logs, ...combined, ...combined], site);
  // What comes later changes hours that were closed and served.
  await kraken('collect late lines', [...collect, day.late]);
  await kraken('load late lines', ['load', ...places]);
  await road(' late lines');
  await check([...day.logs, ...combined, ...combined, day.late], site);
  if (Number(values.kills) > 0) {
    await rm(data, { recursive: true });
    await cp(before, data, { recursive: true });
    failures.push(...(await differencesAfterKills(before, data, Number(values.kills), Number(values.seed))));
  }
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}
for (const failure of failures) console.log(`FAILED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

async function kraken(name: string, args: readonly string[]): Promise<Step> {
  const done = await step(name, CLI, args);
  console.log(stepLine(done));
  return done;
}

/** Refines, aggregates and publishes; the first time with DuckDB alone before and after it. */
async function road(what: string): Promise<void> {
  const isPaired = what === '' && !values['no-alone'];
  const alone = isPaired ? [await duckdbAlone()] : [];
  const steps = [await kraken(`refine${what}`, ['refine', ...places])];
  if (isPaired) {
    const made = await step('aggregate only', AGGREGATE_ONLY, [join(data, 'lake')]);
    console.log(stepLine(made), made.stderr);
    steps.push(made);
    alone.push(await duckdbAlone());
    for (const measure of ['seconds', 'cpuSeconds'] as const) {
      const sum = (all: readonly Step[]): number => all.reduce((total, one) => total + one[measure], 0);
      const ratio = sum(steps) / (sum(alone) / alone.length);
      console.log(`refine and aggregate take ${ratio.toFixed(2)} × what DuckDB alone takes (${measure})`);
    }
  }
  await kraken(`aggregate${what}`, ['aggregate', ...places]);
  await kraken(`publish${what}`, ['publish', ...places]);
}

async function duckdbAlone(): Promise<Step> {
  const out = join(folder, 'alone');
  const done = await step('DuckDB alone', DUCKDB_ALONE, [join(data, 'lake'), out]);
  console.log(stepLine(done), done.stderr);
  await rm(out, { recursive: true });
  return done;
}

/** Compares every number with the count of logs, and asks a gateway for many. */
async function check(logs: readonly string[], site: string): Promise<void> {
  console.log(`counted in ${(await countDay(logs, site, counted)).toFixed(1)} s`);
  await exportAll(
    COMPARED.map(({ metric }) => metric),
    places,
    exported,
  );
  const compared = await compareDay(counted, exported, Date.now());
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

/**
 * Kraken beside its peers, in one run over the same rows: npm run bench -- [--rounds 7] [--seconds 2 | --requests N]
 *   --articles N     how many articles have a year of days
 *   --only NAME      contenders whose names contain this; may be repeated. Nothing is recorded then
 *   --check          compares with the recorded ratios and records nothing; fails if one fell by more than a tenth
 *   --install        installs the peers that Kraken doesn't depend on into data/bench, and ends
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { regressions } from './compare/ratios.ts';
import { contendersOf, machineNow, pageOf, ratiosOf, type Results, tablesOf } from './compare/results.ts';
import { compare } from './compare/compare.ts';
import { CONTENDERS } from './compare/contenders.ts';
import { install } from './compare/servers.ts';
import { pinSelf, whyNotPinned } from './measure/program.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    requests: { type: 'string' },
    articles: { type: 'string', default: '2000' },
    only: { type: 'string', multiple: true },
    check: { type: 'boolean', default: false },
    install: { type: 'boolean', default: false },
  },
});
const recordedIn = (name: string): string => fileURLToPath(new URL(`../../bench/${name}`, import.meta.url));
const DATA = recordedIn('RESULTS.json');

if (values.install) install();
else await main();

async function main(): Promise<void> {
  const rounds = Number(values.rounds);
  const machine = machineNow();
  const unpinned = whyNotPinned();
  if (unpinned === undefined) pinSelf();
  else console.log(`Servers and load share the cores: ${unpinned}.`);
  const contenders = CONTENDERS.filter(
    ({ name }) => !values.only || values.only.some((part) => name.includes(part)),
  );
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  try {
    console.log('skipped: a raw Thrift get: it needs an HBase; node dist/bench/engines.js compares it');
    const { rows, took, skipped } = await compare(contenders, {
      setup: { folder, isPinned: unpinned === undefined },
      rounds,
      length:
        values.requests === undefined
          ? { seconds: Number(values.seconds) }
          : { requests: Number(values.requests) },
      articles: Number(values.articles),
      onRound: (round) => console.log(`round ${round + 1} of ${rounds}`),
      onSkipped: (name, why) => console.log(`skipped: ${name}: ${why}`),
    });
    const results: Results = {
      date: new Date().toISOString().slice(0, 10),
      machine,
      command: ['npm run bench', ...process.argv.slice(2)].join(' '),
      rows,
      rounds,
      contenders: contendersOf(took),
      ratios: ratiosOf(took),
      skipped,
    };
    console.log(`\n${tablesOf(results).join('\n\n')}\n`);
    if (values.check) check(results);
    else if (!values.only) record(results);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function mediansOf({ ratios }: Pick<Results, 'ratios'>): Record<string, number> {
  return Object.fromEntries(Object.entries(ratios).map(([name, { median }]) => [name, median]));
}

function check(results: Results): void {
  if (!existsSync(DATA))
    throw new Error('No run is recorded yet: npm run bench without --check records one.');
  const recorded = JSON.parse(readFileSync(DATA, 'utf8')) as Results;
  const fallen = regressions(mediansOf(recorded), mediansOf(results));
  for (const sentence of fallen) console.log(sentence);
  console.log(
    fallen.length > 0
      ? `Compared with ${recorded.date}, ${fallen.length} ratios fell by more than a tenth.`
      : `Compared with ${recorded.date}, no ratio fell by more than a tenth.`,
  );
  if (fallen.length > 0) process.exitCode = 1;
}

function record(results: Results): void {
  writeFileSync(DATA, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(recordedIn('RESULTS.md'), pageOf(results));
  console.log('Recorded in bench/RESULTS.md and bench/RESULTS.json.');
}

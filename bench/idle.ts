import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSampleGateway } from './sample-gateway.ts';

/*
 * What a gateway costs that nobody asks: the CPU time of its process, with the sample and 5 data
 * sets, then with 500.
 *   npm run build && node dist/bench/idle.js [--seconds 60] [--datasets 5,500] [--cli PATH]
 * --cli is the command to run, that of another checkout's build for instance: OTHER/dist/src/cli.js.
 */

const option = (name: string, byDefault: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? byDefault : (process.argv[at + 1] as string);
};
const SECONDS = Number(option('seconds', '60'));
const COUNTS = option('datasets', '5,500').split(',').map(Number);
const CLI = option('cli', fileURLToPath(new URL('../src/cli.js', import.meta.url)));
/** Until what a start leaves to be done is done, in ms. */
const SETTLED_MS = 10_000;

for (const count of COUNTS) await measure(count);

async function measure(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  const datasets = join(folder, 'datasets');
  await mkdir(datasets);
  for (let i = 0; i < count; i++) {
    await writeFile(join(datasets, `cake-${i}.csv`), `month,kitchen,cakes\n2024-01,North,${i}\n`);
    await writeFile(join(datasets, `cake-${i}.yaml`), yamlOf(i));
  }
  const gateway = await startSampleGateway(CLI, ['--datasets', datasets]);
  try {
    const { admin } = gateway;
    while ((await figure(admin, 'kraken_datasets')) <= count) await pause(500);
    if ((await figure(admin, 'kraken_dataset_mistakes')) > 0) throw new Error('a data set has a mistake');
    await pause(SETTLED_MS);
    const before = await figure(admin, 'process_cpu_seconds_total');
    const started = performance.now();
    await pause(SECONDS * 1000);
    const used = (await figure(admin, 'process_cpu_seconds_total')) - before;
    const seconds = (performance.now() - started) / 1000;
    const share = ((used / seconds) * 100).toFixed(2);
    console.log(
      `${count} data sets: ${used.toFixed(2)} s of CPU in ${seconds.toFixed(0)} s, ${share} % of a core`,
    );
  } finally {
    await gateway.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function figure(admin: string, name: string): Promise<number> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
  return Number(value ?? NaN);
}

function yamlOf(i: number): string {
  return `dataset: cake-${i}
title: Cakes of ${i}
licence: CC0-1.0
file: cake-${i}.csv
grain: monthly
date: month
dimensions: [kitchen]
measures:
  cakes:
`;
}

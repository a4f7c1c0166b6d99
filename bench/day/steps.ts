import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
export const CLI = fileURLToPath(new URL('src/cli.js', ROOT));
export const DUCKDB_ALONE = fileURLToPath(new URL('bench/day/duckdb-alone.js', ROOT));
export const AGGREGATE_ONLY = fileURLToPath(new URL('bench/day/aggregate-only.js', ROOT));
const USAGE = new URL('bench/day/usage.js', ROOT).href;
export const COUNT = fileURLToPath(new URL('../bench/day/count.py', ROOT));

/** What a command took. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly stderr: string;
}

/** Runs a script of Node to its end and measures it. @throws Error with its stderr if it fails */
export async function step(name: string, script: string, args: readonly string[]): Promise<Step> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-step-'));
  const usage = join(folder, 'usage.json');
  try {
    const started = performance.now();
    const child = spawn(process.execPath, ['--import', USAGE, script, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], BENCH_USAGE: usage },
    });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${name} failed: ${stderr}`);
    const seconds = (performance.now() - started) / 1000;
    const used = JSON.parse(await readFile(usage, 'utf8')) as NodeJS.ResourceUsage;
    const cpuSeconds = (used.userCPUTime + used.systemCPUTime) / 1e6;
    return { name, seconds, cpuSeconds, peakMb: used.maxRSS / 1024, stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function stepLine({ name, seconds, cpuSeconds, peakMb }: Step): string {
  return `${name.padEnd(24)} ${seconds.toFixed(1).padStart(8)} s ${cpuSeconds.toFixed(1).padStart(8)} s of CPU ${peakMb.toFixed(0).padStart(6)} MiB`;
}

/** Starts a command and kills it after so long. @returns whether it was killed before it ended */
export async function killedStep(args: readonly string[], afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return code === null;
}

/** Writes what `kraken export` prints of each metric to `FOLDER/METRIC.ndjson`. */
export async function exportAll(
  metrics: readonly string[],
  places: readonly string[],
  folder: string,
): Promise<void> {
  for (const metric of metrics) {
    const child = spawn(process.execPath, [CLI, 'export', metric, ...places], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'] },
    });
    const ended = once(child, 'close');
    await pipeline(child.stdout, createWriteStream(join(folder, `${metric}.ndjson`)));
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`the export of ${metric} failed`);
  }
}

/** Counts logs by count.py. A log may be named twice. @throws Error if Python isn't there */
export async function countDay(logs: readonly string[], site: string, out: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.env['PYTHON'] ?? 'python3', [COUNT, '--out', out, '--site', site, ...logs], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error('the independent count failed');
  return (performance.now() - started) / 1000;
}

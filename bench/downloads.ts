/**
 * A month of a million rows as files for download, beside DuckDB's own COPY of the same rows: how long each takes until the
 * last byte is here, how long the processor works for it, and how far the gateway's memory grows beyond what
 * it holds before the first of them.
 * `node dist/bench/downloads.js [--rows 1000000] [--rounds 3]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { openWarehouse } from '../src/config/engines.ts';
import { tableOf } from '../src/core/metric/metric-table.ts';
import type { Rows } from '../src/core/metric/table.ts';
import { ordinalAt } from '../src/core/time/time.ts';
import { pageviewsPerArticle } from '../src/metrics/pageviews-per-article.ts';
import { cpuMsOf } from '../test/support/cpu-ms.ts';
import { median } from './measure/numbers.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const DAYS = 31;
const FIRST = ordinalAt('daily', Date.UTC(2024, 2, 1));
const articles = Math.ceil(Number(values.rows) / DAYS);
const table = tableOf(pageviewsPerArticle);
const signal = new AbortController().signal;
const MIB = 1024 * 1024;

/** The days of March 2024 of made-up articles. */
async function* rows(): AsyncGenerator<Rows> {
  for (let n = 0; n < articles; n++) {
    const of = <T>(make: (i: number) => T): T[] => Array.from({ length: DAYS }, (_, i) => make(i));
    const text = [`p${n % 20}.wikipedia`, 'all-access', 'user', `Article_${n}_${(n * 7919) % 997}`];
    yield await Promise.resolve({
      length: DAYS,
      grain: 'daily' as const,
      ordinals: of((i) => FIRST + i),
      dimensions: text.map((value) => of(() => value)),
      entry: [],
      measures: [of((i) => (n * 7919 + i * 104_729) % (1 + ((n * 31) % 100_003)))],
    });
  }
}

async function fillLake(address: string): Promise<void> {
  const warehouse = await openWarehouse(address);
  const lease = await warehouse.lease('a bench', signal);
  const covers = () =>
    Array.from({ length: 20 }, (_, n) => ({
      grain: 'daily' as const,
      scope: `p${n}.wikipedia`,
      first: FIRST,
      last: FIRST + DAYS - 1,
      complete: true,
    }));
  await warehouse.write({ table, remove: [], rows: rows(), covers }, signal);
  await lease.release();
  await warehouse.close();
}

/** The value of a line of /proc/PID/status, in bytes. */
async function memoryOf(pid: number, line: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

/** How long a process has computed, in ms. */
async function cpuOf(pid: number): Promise<number> {
  const parts = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(parts[11]) + Number(parts[12])) * 10;
}

interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

async function timed(work: () => Promise<number>, cpu: () => Promise<number>): Promise<Taken> {
  const [began, before] = [performance.now(), await cpu()];
  const bytes = await work();
  return { ms: performance.now() - began, cpuMs: (await cpu()) - before, bytes };
}

const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
const lake = join(folder, 'lake');
await fillLake(`duckdb:${lake}`);
const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const flags = ['--data', folder, '--port', '0', '--admin-port', 'off', '--log-format', 'json'];
const server = spawn(process.execPath, [cli, 'serve', ...flags]);
try {
  let said = '';
  server.stdout.on('data', (part: Buffer) => (said += part.toString()));
  while (!said.includes('"msg":"serving"')) await once(server.stdout, 'data');
  const { api } = JSON.parse(/^.*"msg":"serving".*$/m.exec(said)?.[0] ?? '') as { api: string };
  const pid = server.pid as number;
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const file = join(folder, 'copy.parquet');
  const copy = `COPY (SELECT project, access, agent, article, CAST(strptime("timestamp", '%Y%m%d%H') AS DATE) AS "timestamp", views
    FROM read_parquet('${lake}/pageviews_per_article/grain=*/*/*/*/*.parquet')) TO '${file}' (FORMAT parquet)`;
  const download = async (ending: string): Promise<number> => {
    const response = await fetch(`${api}/downloads/pageviews-per-article/daily/2024-03${ending}`);
    if (!response.ok || !response.body)
      throw new Error(`${ending}: ${response.status} ${await response.text()}`);
    let bytes = 0;
    for await (const part of response.body) bytes += (part as Uint8Array).length;
    return bytes;
  };
  const idle = await memoryOf(pid, 'VmRSS');
  const taken = new Map<string, Taken[]>();
  const growth = new Map<string, number>();
  const keep = (name: string, one: Taken): unknown => taken.set(name, [...(taken.get(name) ?? []), one]);
  for (let round = 0; round < Number(values.rounds); round++) {
    let copied = 0;
    const began = performance.now();
    copied = await cpuMsOf(() => duckdb.run(copy));
    keep('DuckDB’s COPY', {
      ms: performance.now() - began,
      cpuMs: copied,
      bytes: (await readFile(file)).length,
    });
    for (const ending of ['.parquet', '.xlsx', '.arrow', '.csv']) {
      await rm(join(folder, 'downloads'), { recursive: true, force: true });
      // From here on, the peak is that of this file.
      await writeFile(`/proc/${pid}/clear_refs`, '5');
      keep(
        ending,
        await timed(
          () => download(ending),
          () => cpuOf(pid),
        ),
      );
      const grown = (await memoryOf(pid, 'VmHWM')) - idle;
      growth.set(ending, Math.max(growth.get(ending) ?? 0, grown));
      if (round === 0)
        keep(
          `${ending} again`,
          await timed(
            () => download(ending),
            () => cpuOf(pid),
          ),
        );
    }
  }
  const own = taken.get('DuckDB’s COPY') ?? [];
  console.log(`${articles * DAYS} rows; medians of ${values.rounds} rounds; rates are to DuckDB’s COPY`);
  for (const [name, all] of taken) {
    const [ms, cpuMs] = [median(all.map((one) => one.ms)), median(all.map((one) => one.cpuMs))];
    const rate = [median(own.map((one) => one.ms)) / ms, median(own.map((one) => one.cpuMs)) / cpuMs];
    const grown = growth.get(name);
    console.log(
      `${name.padEnd(16)} ${ms.toFixed(0).padStart(7)} ms, ${cpuMs.toFixed(0).padStart(6)} ms of the processor; rate ${rate.map((one) => one.toFixed(2)).join(', of the processor ')}; ${((all[0]?.bytes ?? 0) / MIB).toFixed(1)} MiB${grown === undefined ? '' : `; memory +${(grown / MIB).toFixed(0)} MiB`}`,
    );
  }
} finally {
  server.kill('SIGKILL');
  await once(server, 'exit');
  await rm(folder, { recursive: true, force: true });
}

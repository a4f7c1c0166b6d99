/*
 * A generated hour of page views, and a generated day of pageview_complete, from the file to served numbers:
 *   npm run build && node dist/bench/dumps.js [--lines 5000000] [--day-lines 10000000] [--rounds 1] [--steps duckdb,lake,served] [--wikis 800] [--seed 1]
 * Beside each, DuckDB reads the same file with its own CSV reader into one sorted Parquet file. Each step runs in a process
 * of its own. Given are CPU time (user and system), time, and the most memory.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { createReadStream } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { formatsNamed } from '../src/dumps/formats/formats.ts';
import { importDumps } from '../src/dumps/import-dumps.ts';
import { openLmdbStore } from '../src/stores/lmdb/lmdb-store.ts';
import { openDuckdbWarehouse } from '../src/warehouses/duckdb/duckdb-warehouse.ts';
import { Random } from './day/random.ts';
import { articleTitle } from './generated-articles.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lines: { type: 'string', default: '5000000' },
    'day-lines': { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '1' },
    steps: { type: 'string', default: 'duckdb,lake,served' },
    wikis: { type: 'string', default: '800' },
    seed: { type: 'string', default: '1' },
    /** One step, in a process of its own. */
    step: { type: 'string' },
  },
});

/** What a step took. */
interface Taken {
  readonly cpuS: number;
  readonly wallS: number;
  readonly mebibytes: number;
}

const MALFORMED = 0.0005;
const TYPES = {
  hour: "'c': 'BIGINT', 'd': 'VARCHAR'",
  day: "'c': 'VARCHAR', 'd': 'VARCHAR', 'e': 'BIGINT', 'f': 'VARCHAR'",
};

if (values.step !== undefined)
  console.log(JSON.stringify(await timed(values.step, positionals as [string, string])));
else await compare();

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  try {
    for (const kind of ['hour', 'day'] as const) {
      const lines = Number(kind === 'hour' ? values.lines : values['day-lines']);
      if (lines === 0) continue;
      const file = await generate(kind, folder, lines);
      console.log(`${kind}: ${lines} lines, ${((await stat(file)).size / 2 ** 20).toFixed(0)} MiB packed`);
      for (let round = 0; round < Number(values.rounds); round++)
        for (const step of values.steps.split(',')) report(step, run(`${kind} ${step}`, file, folder));
      await rm(file);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function report(step: string, { cpuS, wallS, mebibytes }: Taken): void {
  console.log(`  ${step}: ${cpuS.toFixed(1)} s CPU, ${wallS.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB`);
}

function run(step: string, file: string, folder: string): Taken {
  const args = ['--enable-source-maps', fileURLToPath(import.meta.url), '--step', step, file, folder];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Taken;
}

async function timed(step: string, [file, folder]: [string, string]): Promise<Taken> {
  const [kind, what] = step.split(' ') as ['hour' | 'day', string];
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  if (what === 'duckdb') await byDuckdb(kind, file, folder);
  else await byKraken(kind, file, folder, what === 'served');
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuS: (user + system) / 1e6,
    wallS: (performance.now() - start) / 1000,
    mebibytes: process.resourceUsage().maxRSS / 1024,
  };
}

async function byDuckdb(kind: 'hour' | 'day', file: string, folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '768MB',
    temp_directory: join(folder, 'spill'),
  });
  const connection = await instance.connect();
  const columns = `{'a': 'VARCHAR', 'b': 'VARCHAR', ${TYPES[kind]}}`;
  await connection.run(`COPY (SELECT * FROM read_csv('${file}', delim = ' ', header = false, quote = '', escape = '',
    strict_mode = false, ignore_errors = true, columns = ${columns}) ORDER BY a, b)
    TO '${join(folder, 'sorted.parquet')}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

async function byKraken(
  kind: 'hour' | 'day',
  file: string,
  folder: string,
  isServed: boolean,
): Promise<void> {
  const data = await mkdtemp(join(folder, 'data-'));
  const warehouse = await openDuckdbWarehouse(join(data, 'lake'));
  const store = isServed ? openLmdbStore(join(data, 'series')) : undefined;
  try {
    await importDumps({
      warehouse,
      store,
      formats: formatsNamed(kind === 'hour' ? 'pageviews-hourly' : 'pageview-complete') ?? [],
      files: [file],
      shelf: join(data, 'dumps'),
      told: {},
      badShare: 0.001,
      partial: isServed,
      complete: false,
      holder: 'a benchmark',
      waitMs: 1000,
      signal: new AbortController().signal,
    });
  } finally {
    await store?.close();
    await warehouse.close();
    await rm(data, { recursive: true });
  }
}

/** Writes a packed file of lines in the order of a dump: wikis of Zipf's sizes, counts by Zipf's law. */
async function generate(kind: 'hour' | 'day', folder: string, lines: number): Promise<string> {
  const random = new Random(Number(values.seed));
  const plain = join(folder, 'lines');
  const out = createWriteStream(plain);
  let text = '';
  const languages = Array.from({ length: Math.floor(Number(values.wikis) / 2) }, (_, index) => {
    const letter = (place: number): string =>
      String.fromCharCode(97 + (Math.floor(index / 26 ** place) % 26));
    return index === 0 ? 'en' : `${letter(0)}${letter(1)}${letter(2)}`;
  });
  const whole = languages.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  const sizes = languages.map((language, index) => ({ language, size: lines / (index + 1) / whole }));
  sizes.sort((a, b) => (a.language < b.language ? -1 : 1));
  for (const { language, size } of sizes) {
    for (const isMobile of [false, true]) {
      for (let index = 0; index < size / 2; index++) {
        const views = Math.max(1, Math.floor((random.next() + 1e-6) ** -0.8));
        const line =
          kind === 'hour'
            ? hourLine(language, isMobile, index, views)
            : dayLine(language, isMobile, index, views, random);
        text += random.next() < MALFORMED ? `${language} broken\n` : line;
        if (text.length < 1 << 20) continue;
        if (!out.write(text)) await once(out, 'drain');
        text = '';
      }
    }
  }
  out.end(text);
  await finished(out);
  const file = join(folder, kind === 'hour' ? 'pageviews-20210101-010000.gz' : 'pageviews-20210101-user.gz');
  await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(file));
  await rm(plain);
  return file;
}

function hourLine(language: string, isMobile: boolean, index: number, views: number): string {
  return `${language}${isMobile ? '.m' : ''} ${articleTitle(index)} ${views} 0\n`;
}

function dayLine(language: string, isMobile: boolean, index: number, views: number, random: Random): string {
  let left = views;
  let hours = '';
  for (let hour = random.below(24); left > 0 && hour < 24; hour++) {
    const part = hour === 23 ? left : Math.max(1, Math.floor(left / 2));
    hours += `${String.fromCharCode(65 + hour)}${part}`;
    left -= part;
  }
  const access = isMobile ? 'mobile-web' : 'desktop';
  return `${language}.wikipedia ${articleTitle(index)} ${index + 1} ${access} ${views} ${hours}\n`;
}

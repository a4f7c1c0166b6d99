/*
 * Imports of several checkouts, each of them built, of the same generated rows in turns:
 *   npm run build && node dist/bench/paired-import.js CHECKOUT... [--rounds N] [--articles N]
 * As Parquet, CSV and NDJSON, to the lake alone and to lake and store, each in a process and in engines of its own. Given are
 * the medians of CPU time and of rows a second, and the most memory. An article has 365 rows.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import type * as Importing from '../src/load/import.ts';
import type * as Metric from '../src/metrics/pageviews-per-article.ts';
import type * as Store from '../src/stores/lmdb/lmdb-store.ts';
import type * as Warehouse from '../src/warehouses/duckdb/duckdb-warehouse.ts';
import { writeArticleDays } from './generated-articles.ts';
import { median } from './measure/numbers.ts';

const OWN = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    articles: { type: 'string', default: '2740' },
    /** Imports once, for a process of its own. */
    one: { type: 'boolean', default: false },
  },
});

/** What an import took. */
interface Taken {
  readonly cpu: number;
  readonly rate: number;
  readonly mebibytes: number;
}

if (values.one) console.log(JSON.stringify(await importOnce(positionals as [string, string, string])));
else await compare(positionals.length > 0 ? positionals : [OWN]);

async function compare(checkouts: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  try {
    const [NDJSON, CSV, Parquet] = ['ndjson', 'csv', 'parquet'].map((form) =>
      join(folder, `rows.${form}`),
    ) as [string, string, string];
    const files = { Parquet, CSV, NDJSON };
    const rows = await writeArticleDays(files.NDJSON, Number(values.articles), 365);
    await toCsv(files.NDJSON, files.CSV);
    await toParquet(files.CSV, files.Parquet);
    console.log(`${rows} rows`);
    const taken = new Map<string, Taken[]>();
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, file] of Object.entries(files)) {
        for (const to of ['lake', 'lake and store']) {
          for (const checkout of checkouts) {
            const command = [fileURLToPath(import.meta.url), '--one', checkout, file, to];
            const { stdout, stderr, status } = spawnSync(process.execPath, command, { encoding: 'utf8' });
            const what = `${name} to ${to}, ${checkout}`;
            if (status !== 0) {
              console.log(`${what}: ${/^\w*Error.*/m.exec(stderr)?.[0] ?? stderr}`);
              continue;
            }
            taken.set(what, [...(taken.get(what) ?? []), JSON.parse(stdout) as Taken]);
          }
        }
      }
    }
    for (const [what, all] of taken) {
      const cpu = median(all.map((one) => one.cpu)).toFixed(2);
      const rate = Math.round(median(all.map((one) => one.rate)));
      console.log(
        `${what}: ${cpu} s of CPU, ${rate} rows/s, ${Math.max(...all.map((one) => one.mebibytes))} MiB`,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function toCsv(from: string, to: string): Promise<void> {
  const out = await open(to, 'w');
  let text = '';
  for await (const line of createInterface({ input: createReadStream(from) })) {
    const item = JSON.parse(line) as Record<string, string | number>;
    if (text === '' && (await out.stat()).size === 0) text = `${Object.keys(item).join(',')}\n`;
    text += `${Object.values(item).join(',')}\n`;
    if (text.length < 1 << 20) continue;
    await out.write(text);
    text = '';
  }
  await out.write(text);
  await out.close();
}

async function toParquet(from: string, to: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT * FROM read_csv('${from}', types = {'timestamp': 'VARCHAR'})) TO '${to}' (FORMAT parquet)`,
  );
  connection.closeSync();
}

/** Imports a file by the code of a checkout. */
async function importOnce([checkout, file, to]: readonly [string, string, string]): Promise<Taken> {
  const code = <T>(path: string): Promise<T> =>
    import(pathToFileURL(join(checkout, 'dist/src', path)).href) as Promise<T>;
  const { importFiles } = await code<typeof Importing>('load/import.js');
  const { pageviewsPerArticle } = await code<typeof Metric>('metrics/pageviews-per-article.js');
  const { openLmdbStore } = await code<typeof Store>('stores/lmdb/lmdb-store.js');
  const { openDuckdbWarehouse } = await code<typeof Warehouse>('warehouses/duckdb/duckdb-warehouse.js');
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  try {
    const warehouse = await openDuckdbWarehouse(join(folder, 'lake'));
    const store = to === 'lake' ? undefined : openLmdbStore(join(folder, 'series.mdb'));
    const { signal } = new AbortController();
    const started = process.cpuUsage();
    const { rowsPerSecond } = await importFiles({
      metric: pageviewsPerArticle,
      files: [file],
      warehouse,
      store,
      holder: 'bench',
      waitMs: 0,
      signal,
    });
    const { user, system } = process.cpuUsage(started);
    await store?.close();
    await warehouse.close();
    const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
    return { cpu: (user + system) / 1e6, rate: rowsPerSecond, mebibytes };
  } finally {
    await rm(folder, { recursive: true });
  }
}

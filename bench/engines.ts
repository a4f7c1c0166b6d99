import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Thrift from 'thrift';
import { Client } from '#hbase-thrift/THBaseService';
import types from '#hbase-thrift/hbase_types';
import { cellKeysOf, cellPeriods, seriesKeyOf } from '../src/core/cell/layout.ts';
import type { SeriesMetric } from '../src/core/metric/metric.ts';
import type { Rows } from '../src/core/metric/table.ts';
import { tableOf } from '../src/core/metric/metric-table.ts';
import { ordinalAt } from '../src/core/time/time.ts';
import { openSeriesStore, openWarehouse } from '../src/config/engines.ts';
import { importFiles } from '../src/load/import.ts';
import { withLease } from '../src/load/lease.ts';
import { publish } from '../src/load/publish.ts';
import { pageviewsPerArticle } from '../src/metrics/pageviews-per-article.ts';
import { parseHbaseAddress } from '../src/stores/hbase/address.ts';
import type { Warehouse } from '../src/warehouses/warehouse.ts';
import { articleTitle, writeArticleDays } from './generated-articles.ts';
import { HttpConnection } from './measure/http-connection.ts';
import { median } from './measure/numbers.ts';
import { type Program, startProgram } from './measure/program.ts';

/*
 * Kraken on a real HBase and Hive, `ENGINES_HBASE` and `ENGINES_HIVE` (npm run engines prints them):
 * a million daily points from Hive to HBase, then a series-year by key, cold through a gateway in a
 * process of its own, beside a raw Thrift get of the same row and columns, by turns.
 *
 *     node dist/bench/engines.js [articles] [the name that a run with as many articles printed: asks only]
 */
const ARTICLES = Number(process.argv[2] ?? 2740);
const QUESTIONS = 3000;
/** Asked beforehand, so that both sides are at their usual speed. */
const WARM_UP = 3000;
const CALLERS = 32;
const CONNECTIONS = 4;
/** Raw and through the gateway by turns, so that what else the machine does hits both. */
const BLOCKS = 7;
const BLOCK_SECONDS = 1.5;

const metric = pageviewsPerArticle as SeriesMetric;
const hbase = process.env['ENGINES_HBASE'];
const hive = process.env['ENGINES_HIVE'];
if (!hbase || !hive) throw new Error('ENGINES_HBASE and ENGINES_HIVE say where the engines are');
const name = process.argv[3] ?? `bench${Date.now()}`;
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
const { signal } = new AbortController();
const series = `${hbase}/${name}`;
const warehouseAddress = `${hive}/${name}?lake=${join(folder, 'lake')}`;

try {
  if (process.argv[3] === undefined) await load();
  await ask();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function load(): Promise<void> {
  const file = join(folder, 'rows.ndjson');
  const rows = await writeArticleDays(file, ARTICLES, 365);
  const warehouse = await openWarehouse(warehouseAddress);
  const store = await openSeriesStore(series);
  const writer = { warehouse, holder: 'bench', waitMs: 60_000, signal };
  const report = await importFiles({ ...writer, store: undefined, metric, files: [file] });
  console.log(`${name}: ${rows} rows into Hive in ${report.seconds.toFixed(1)} s`);
  const waited = { ms: 0 };
  const started = performance.now();
  const cpu = process.cpuUsage();
  const options = { metric, warehouse: timed(warehouse, waited), store, signal, stepwise: true };
  const published = await withLease({ ...writer, store }, () => publish(options));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const own = (user + system) / 1e6;
  console.log(
    `${published.rows} rows (${rows} days) from Hive to HBase in ${seconds.toFixed(1)} s: ${Math.round(rows / seconds)} days/s, ${published.cells} cells`,
  );
  console.log(
    `  waited for Hive ${(waited.ms / 1000).toFixed(1)} s, HBase and packing ${(seconds - waited.ms / 1000).toFixed(1)} s; CPU of this process ${own.toFixed(1)} s`,
  );
  console.log(`  peak memory of this process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
  await store.close();
  await warehouse.close();
}

/** Notes how long its rows are waited for. */
function timed(warehouse: Warehouse, waited: { ms: number }): Warehouse {
  return new Proxy(warehouse, {
    get: (target, property) => {
      if (property === 'select') return selectTimed;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  async function* selectTimed(...args: Parameters<Warehouse['select']>): AsyncGenerator<Rows> {
    const rows = warehouse.select(...args)[Symbol.asyncIterator]();
    for (;;) {
      const started = performance.now();
      const next = await rows.next();
      waited.ms += performance.now() - started;
      if (next.done) return;
      yield next.value;
    }
  }
}

async function ask(): Promise<void> {
  const gateway = await serve();
  const http = await Promise.all(Array.from({ length: CALLERS }, () => HttpConnection.open(gateway.origin)));
  const throughGateway = async (article: number, caller = 0): Promise<void> => {
    const bytes = await (http[caller] as HttpConnection).get(pathOf(article));
    if (bytes < 10_000) throw new Error(`${bytes} bytes are no year`);
  };
  /** The same year as one array a measure: a seventh of the bytes. */
  const asColumns = async (article: number): Promise<void> => {
    const bytes = await (http[0] as HttpConnection).get(`${pathOf(article)}?shape=columns`);
    if (bytes < 2000) throw new Error(`${bytes} bytes are no year`);
  };
  const raw = await Promise.all(Array.from({ length: CONNECTIONS }, rawConnection));
  try {
    const overOne = (article: number): Promise<void> => (raw[0] as RawConnection).year(article);
    for (let i = 0; i < WARM_UP; i++) {
      await overOne(i % ARTICLES);
      await throughGateway(i % ARTICLES);
      await asColumns(i % ARTICLES);
    }
    const times = { raw: [] as number[], gateway: [] as number[], columns: [] as number[] };
    for (let i = 0; i < QUESTIONS; i++) {
      const article = (i * 7) % ARTICLES;
      const askRaw = async (): Promise<unknown> => times.raw.push(await timeOf(() => overOne(article)));
      const askGateway = async (): Promise<unknown> =>
        times.gateway.push(await timeOf(() => throughGateway(article)));
      const askColumns = async (): Promise<unknown> =>
        times.columns.push(await timeOf(() => asColumns(article)));
      // Whoever comes later finds the row warm in HBase: each comes first in its turn.
      const turns = [askRaw, askGateway, askColumns];
      for (let turn = 0; turn < turns.length; turn++)
        await (turns[(i + turn) % turns.length] as () => Promise<unknown>)();
    }
    const [one, cold, columns] = [median(times.raw), median(times.gateway), median(times.columns)];
    const beside = (ms: number): string => `${ms.toFixed(2)} ms, ${(ms / one).toFixed(2)} x`;
    console.log(
      `a series-year, median of ${QUESTIONS}: raw Thrift get ${one.toFixed(2)} ms; cold through the gateway, as columns ${beside(columns)}; as items ${beside(cold)}`,
    );
    const rates = { raw: [] as number[], gateway: [] as number[] };
    for (let block = 0; block < BLOCKS; block++) {
      const overFew = (caller: number, article: number): Promise<void> =>
        (raw[caller % CONNECTIONS] as RawConnection).year(article);
      rates.raw.push(await rateOf(overFew));
      rates.gateway.push(await rateOf((caller, article) => throughGateway(article, caller)));
    }
    const [most, through] = [median(rates.raw), median(rates.gateway)];
    console.log(
      `${CALLERS} callers, median of ${BLOCKS} blocks: raw Thrift over ${CONNECTIONS} connections ${Math.round(most)}/s, cold through the gateway ${Math.round(through)}/s: ${((100 * through) / most).toFixed(0)} %`,
    );
  } finally {
    for (const connection of http) connection.close();
    for (const { end } of raw) end();
    await gateway.end();
  }
}

function pathOf(article: number): string {
  const title = encodeURIComponent(articleTitle(article));
  return `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${title}/daily/20230101/20231231`;
}

/** A gateway without caches, in a process of its own. */
function serve(): Promise<Program> {
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  const caches = ['--cell-cache-mb', '0', '--answer-cache-mb', '0'];
  const ports = ['--port', '0', '--admin-port', 'off', '--data', folder];
  return startProgram([process.execPath, cli, 'serve', '--series', series, ...caches, ...ports]);
}

interface RawConnection {
  readonly year: (article: number) => Promise<void>;
  readonly end: () => void;
}

/** Thrift as its own client has it: one get of the row and the twelve columns that the year lies in. */
async function rawConnection(): Promise<RawConnection> {
  const { gateways, prefix } = parseHbaseAddress(series.slice('hbase:'.length));
  const { host, port } = gateways[0] as { host: string; port: number };
  const connection = Thrift.createConnection(host, port, {
    transport: Thrift.TFramedTransport,
    protocol: Thrift.TCompactProtocol,
  });
  await once(connection, 'connect');
  const client = Thrift.createClient(Client, connection);
  const table = Buffer.from(`${prefix}.${tableOf(metric).name}`);
  const family = Buffer.from('c');
  const first = ordinalAt('daily', Date.UTC(2023, 0, 1));
  const periods = cellPeriods('series', { grain: 'daily', first, last: first + 364 });
  return {
    end: () => connection.destroy(),
    year: async (article) => {
      const key = seriesKeyOf(metric, ['en.wikipedia', 'all-access', 'user', articleTitle(article)]);
      const keys = cellKeysOf(key, periods);
      const columns = keys.map(({ column }) => ({ family, qualifier: Buffer.from(column) }));
      const row = Buffer.from((keys[0] as { row: Uint8Array }).row);
      const { columnValues } = await client.get(table, new types.TGet({ row, columns }));
      if (columnValues.length !== 12) throw new Error(`${columnValues.length} cells instead of 12`);
    },
  };
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Questions a second that so many callers get answered, each asking for another article. */
async function rateOf(work: (caller: number, article: number) => Promise<void>): Promise<number> {
  let asked = 0;
  const end = performance.now() + BLOCK_SECONDS * 1000;
  const caller = async (_: unknown, own: number): Promise<void> => {
    while (performance.now() < end) await work(own, (asked++ * 13) % ARTICLES);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return asked / BLOCK_SECONDS;
}

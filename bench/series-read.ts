/**
 * Series of days in LMDB: what a day takes on disk, how fast cells are published, and how long the store takes to find
 * the days of random articles, to numbers, without a cache of cells.
 * `node dist/bench/series-read.js [--articles 20000] [--months 12] [--reads 100000] [--by article|month]`
 * By month, there is a publication for each month, as `kraken publish` makes them; by article, one for all.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { decodeSeriesCell, encodeSeriesCell } from '../src/core/cell/cell.ts';
import { EMPTY_STATE } from '../src/core/time/table-state.ts';
import {
  cellKeysOf,
  type CellPeriod,
  cellPeriods,
  seriesKeyOf,
  type CellKey,
} from '../src/core/cell/layout.ts';
import type { SeriesMetric } from '../src/core/metric/metric.ts';
import { tableOf } from '../src/core/metric/metric-table.ts';
import { ordinalAt } from '../src/core/time/time.ts';
import { pageviewsPerArticle } from '../src/metrics/pageviews-per-article.ts';
import { openLmdbStore } from '../src/stores/lmdb/lmdb-store.ts';
import type { Cell } from '../src/stores/series-store.ts';
import { quantile } from './measure/numbers.ts';

const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: '20000' },
    months: { type: 'string', default: '12' },
    reads: { type: 'string', default: '100000' },
    by: { type: 'string', default: 'article' },
  },
});
const articles = Number(values.articles);
const reads = Number(values.reads);
/** The articles of one batch, when a month is published after the other. */
const BATCH = 1024;

const TABLE = tableOf(pageviewsPerArticle).name;
const day = (date: string): number => ordinalAt('daily', Date.parse(date));
const FIRST = { year: 2015, month: 0 };
const until = Date.UTC(FIRST.year, FIRST.month + Number(values.months));
const span = { grain: 'daily', first: day('2015-01-01'), last: ordinalAt('daily', until) - 1 } as const;
const days = span.last - span.first + 1;
const months = cellPeriods('series', span);
const signal = new AbortController().signal;

function keysOf(article: number, periods: readonly CellPeriod[]): CellKey[] {
  const values = ['en.wikipedia', 'all-access', 'user', `Some_article_${article}`];
  const series = seriesKeyOf(pageviewsPerArticle as SeriesMetric, values);
  return cellKeysOf(series, periods);
}

function cellsOf(article: number, periods: readonly CellPeriod[]): Cell[] {
  // From a few views a day to thousands of them: most articles have few.
  const level = 2 + Math.floor(20_000 / (1 + (article % 5000)));
  return keysOf(article, periods).map((key, month) => {
    const slots = periods[month]?.slots ?? 0;
    const views = Float64Array.from({ length: slots }, () => Math.floor(level * (0.5 + Math.random())));
    return { ...key, value: encodeSeriesCell(new Uint8Array(slots).fill(1), [views]) };
  });
}

async function* byArticle(): AsyncGenerator<readonly Cell[]> {
  for (let article = 0; article < articles; article++) yield cellsOf(article, months);
}

async function* ofMonth(month: CellPeriod): AsyncGenerator<readonly Cell[]> {
  for (let from = 0; from < articles; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, articles - from) }, (_, i) => from + i);
    yield batch.flatMap((article) => cellsOf(article, [month]));
  }
}

const median = (times: Float64Array): string => `${(quantile(times.sort(), 0.5) * 1000).toFixed(1)} µs`;

const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
const store = openLmdbStore(join(folder, 'series.mdb'));
const publish = (cells: AsyncIterable<readonly Cell[]>): Promise<void> =>
  store.publish({ table: TABLE, clear: [], cells, state: EMPTY_STATE }, signal);

/** Times reads of some months of random articles, chosen anew for each. */
async function read(name: string, choose: () => readonly CellPeriod[]): Promise<void> {
  const readTimes = new Float64Array(reads);
  const allTimes = new Float64Array(reads);
  const before = process.cpuUsage();
  for (let i = 0; i < reads; i++) {
    const article = Math.floor(Math.random() * articles);
    const periods = choose();
    const asked = performance.now();
    const keys = keysOf(article, periods);
    const keyed = performance.now();
    for (const [at, key] of keys.entries()) {
      const bytes = store.readNow?.(TABLE, key);
      const found = bytes && decodeSeriesCell(bytes).measures[0]?.length;
      if (found !== periods[at]?.slots) throw new Error(`${found} days were read`);
    }
    const answered = performance.now();
    readTimes[i] = answered - keyed;
    allTimes[i] = answered - asked;
    if (i % 100 === 0) await nextTurn();
  }
  console.log(
    `${name}: median ${median(readTimes)} from keys to numbers, ${median(allTimes)} from dimension values to numbers, ${cpu(before, reads)} of CPU in all`,
  );
}

/** The CPU since then, for each of so many. */
function cpu(before: NodeJS.CpuUsage, count: number): string {
  const { user, system } = process.cpuUsage(before);
  return `${((user + system) / count).toFixed(2)} µs`;
}

try {
  const before = process.cpuUsage();
  await store.lease('a benchmark', signal);
  if (values.by === 'month') for (const month of months) await publish(ofMonth(month));
  else await publish(byArticle());
  const cells = articles * months.length;
  const each = cpu(before, cells);
  const { size } = await stat(join(folder, 'series.mdb'));
  const memory = process.resourceUsage().maxRSS / 1024;
  console.log(
    `published ${cells} cells by ${values.by}, ${each} of CPU for each: ${(size / (articles * days)).toFixed(2)} bytes a day on disk; at most ${memory.toFixed(0)} MiB of memory`,
  );
  await read('a month', () => [months[Math.floor(Math.random() * months.length)] as CellPeriod]);
  if (months.length >= 12) {
    await read('a year', () => {
      const year = 12 * Math.floor(Math.random() * Math.floor(months.length / 12));
      return months.slice(year, year + 12);
    });
  }
} finally {
  await store.close();
  await rm(folder, { recursive: true });
}

/**
 * All days of one article, from LMDB to numbers, and what a day takes on disk: random articles, no cache of cells.
 * `node dist/bench/series-read.js [--articles 20000] [--months 12] [--reads 100000]`
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { decodeSeriesCell, encodeSeriesCell } from '../src/core/cell/cell.ts';
import { EMPTY_STATE } from '../src/core/time/table-state.ts';
import { cellKeysOf, cellPeriods, seriesKeyOf, type CellKey } from '../src/core/cell/layout.ts';
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
  },
});
const articles = Number(values.articles);
const reads = Number(values.reads);

const TABLE = tableOf(pageviewsPerArticle).name;
const day = (date: string): number => ordinalAt('daily', Date.parse(date));
const FIRST = { year: 2015, month: 0 };
const until = Date.UTC(FIRST.year, FIRST.month + Number(values.months));
const span = { grain: 'daily', first: day('2015-01-01'), last: ordinalAt('daily', until) - 1 } as const;
const days = span.last - span.first + 1;
const months = cellPeriods('series', span);
const stretch = `${months.length} months`;
const signal = new AbortController().signal;

function keysOf(article: number): CellKey[] {
  const values = ['en.wikipedia', 'all-access', 'user', `Some_article_${article}`];
  const series = seriesKeyOf(pageviewsPerArticle as SeriesMetric, values);
  return cellKeysOf(series, months);
}

async function* cells(): AsyncGenerator<readonly Cell[]> {
  for (let article = 0; article < articles; article++) {
    // From a few views a day to thousands of them: most articles have few.
    const level = 2 + Math.floor(20_000 / (1 + (article % 5000)));
    yield keysOf(article).map((key, month) => {
      const slots = months[month]?.slots ?? 0;
      const views = Float64Array.from({ length: slots }, () => Math.floor(level * (0.5 + Math.random())));
      return { ...key, value: encodeSeriesCell(new Uint8Array(slots).fill(1), [views]) };
    });
  }
}

const median = (times: Float64Array): string => `${(quantile(times.sort(), 0.5) * 1000).toFixed(1)} µs`;

const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
const store = openLmdbStore(join(folder, 'series.mdb'));
try {
  const start = performance.now();
  await store.lease('a benchmark', signal);
  await store.publish({ table: TABLE, clear: [], cells: cells(), state: EMPTY_STATE }, signal);
  const seconds = (performance.now() - start) / 1000;
  const { size } = await stat(join(folder, 'series.mdb'));
  const each = (size / (articles * days)).toFixed(2);
  console.log(
    `published ${articles * months.length} cells in ${seconds.toFixed(1)} s: ${each} bytes a day on disk`,
  );
  const readTimes = new Float64Array(reads);
  const allTimes = new Float64Array(reads);
  let found = 0;
  for (let i = 0; i < reads; i++) {
    const article = Math.floor(Math.random() * articles);
    const asked = performance.now();
    const keys = keysOf(article);
    const keyed = performance.now();
    for (const bytes of await store.read(TABLE, keys, signal)) {
      if (bytes) found += decodeSeriesCell(bytes).measures[0]?.length ?? 0;
    }
    const answered = performance.now();
    readTimes[i] = answered - keyed;
    allTimes[i] = answered - asked;
    if (i % 100 === 0) await nextTurn();
  }
  if (found !== reads * days) throw new Error(`${found} days were read instead of ${reads * days}`);
  console.log(`${stretch}, from keys to numbers: median ${median(readTimes)} of ${reads}`);
  console.log(`${stretch}, from dimension values to numbers: median ${median(allTimes)} of ${reads}`);
} finally {
  await store.close();
  await rm(folder, { recursive: true });
}

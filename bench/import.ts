import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFiles } from '../src/load/import.ts';
import { pageviewsPerArticle } from '../src/metrics/pageviews-per-article.ts';
import { openLmdbStore } from '../src/stores/lmdb/lmdb-store.ts';
import { openDuckdbWarehouse } from '../src/warehouses/duckdb/duckdb-warehouse.ts';
import { writeArticleDays } from './generated-articles.ts';

/**
 * Imports a million generated daily per-article rows into new engines, and prints rows a second, what
 * they take on disk and the most memory that the process had. Another number of articles may be given: each has 365 days.
 */
const articles = Number(process.argv[2] ?? 2740);
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
try {
  const file = join(folder, 'rows.ndjson');
  const rows = await writeArticleDays(file, articles, 365);
  const megabytes = (await stat(file)).size / 1e6;
  console.log(`${rows} rows, ${megabytes.toFixed(0)} MB of NDJSON`);
  const warehouse = await openDuckdbWarehouse(join(folder, 'lake'));
  const store = openLmdbStore(join(folder, 'series.mdb'));
  const { signal } = new AbortController();
  const options = {
    metric: pageviewsPerArticle,
    files: [file],
    warehouse,
    store,
    holder: 'bench',
    waitMs: 0,
    signal,
  };
  let published = 0;
  const report = await importFiles({
    ...options,
    onProgress: ({ phase }) => {
      if (phase === 'publishing' && published === 0) published = performance.now();
    },
  });
  const publishing = (performance.now() - published) / 1000;
  console.log(
    `imported in ${report.seconds.toFixed(2)} s, of which publishing took ${publishing.toFixed(2)} s`,
  );
  console.log(`${Math.round(report.rowsPerSecond)} rows/s, ${report.published?.cells} cells`);
  const again = await importFiles(options);
  console.log(`again: ${again.seconds.toFixed(2)} s, ${again.changed.length} partitions changed`);
  const lake = await bytesBelow(join(folder, 'lake'));
  const series = (await stat(join(folder, 'series.mdb'))).size;
  console.log(`on disk: lake ${(lake / 1e6).toFixed(1)} MB, series ${(series / 1e6).toFixed(1)} MB`);
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
  await store.close();
  await warehouse.close();
} finally {
  await rm(folder, { recursive: true });
}

async function bytesBelow(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

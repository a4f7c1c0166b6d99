import { join } from 'node:path';
import { importFiles } from '../../src/load/import.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { openLmdbStore } from '../../src/stores/lmdb/lmdb-store.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';

// Run as a process of its own, to be killed: imports a file into the engines of a folder.
const [folder = '', file = ''] = process.argv.slice(2);
const warehouse = await openDuckdbWarehouse(join(folder, 'lake'));
const store = openLmdbStore(join(folder, 'series.mdb'));
process.stdout.write('ready\n');
try {
  const { signal } = new AbortController();
  const metric = pageviewsPerArticle;
  await importFiles({ metric, files: [file], warehouse, store, holder: 'a child', waitMs: 10_000, signal });
} catch (error) {
  process.stderr.write(`${(error as Error).name}: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
await store.close();
await warehouse.close();

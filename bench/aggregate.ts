import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregate } from '../src/load/aggregate.ts';
import { importEvents } from '../src/load/events/import-events.ts';
import { Pseudonyms } from '../src/load/events/pseudonyms.ts';
import { METRICS } from '../src/metrics/index.ts';
import { openLmdbStore } from '../src/stores/lmdb/lmdb-store.ts';
import { openDuckdbWarehouse } from '../src/warehouses/duckdb/duckdb-warehouse.ts';
import { writeEvents } from './generated-events.ts';

/**
 * Makes every metric of a million generated events in new engines, and prints the seconds that each
 * takes, and the most memory that the process had. Another number of revisions may be given.
 */
const revisions = Number(process.argv[2] ?? 975_000);
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
try {
  const file = join(folder, 'events.csv');
  const events = await writeEvents(file, { revisions, pages: 20_000, editors: 5_000 });
  const warehouse = await openDuckdbWarehouse(join(folder, 'lake'));
  const store = openLmdbStore(join(folder, 'series.mdb'));
  const { signal } = new AbortController();
  const writer = { warehouse, store, holder: 'bench', waitMs: 0, signal };
  const pseudonyms = new Pseudonyms(new Uint8Array(32));
  const read = await importEvents({ ...writer, files: [file], pseudonyms, complete: true });
  console.log(`${events} events imported in ${read.seconds.toFixed(1)} s`);
  const cpu = process.cpuUsage();
  const started = performance.now();
  // What publishing the lists to the series store costs is told apart: `kraken publish` does it as well.
  await aggregate({
    ...writer,
    store: undefined,
    metrics: METRICS,
    onDone: ({ metric, seconds }) => console.log(`${seconds.toFixed(2)} s  ${metric.name}`),
  });
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `aggregated in ${((performance.now() - started) / 1000).toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU`,
  );
  const publishing = performance.now();
  await aggregate({ ...writer, metrics: METRICS });
  console.log(`lists published in ${((performance.now() - publishing) / 1000).toFixed(1)} s`);
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
  await store.close();
  await warehouse.close();
} finally {
  await rm(folder, { recursive: true });
}

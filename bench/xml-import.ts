import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importEvents } from '../src/load/events/import-events.ts';
import { Pseudonyms } from '../src/load/events/pseudonyms.ts';
import { openDuckdbWarehouse } from '../src/warehouses/duckdb/duckdb-warehouse.ts';
import { writeDump } from './generated-dump.ts';

/**
 * Imports a generated `stub-meta-history` of a million revisions into a new warehouse, and prints
 * events a second, the seconds of CPU, and the most memory that the process had. Another number of
 * revisions may be given, and a path where the dump is kept for the next time.
 */
const revisions = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
try {
  const file = process.argv[3] ?? join(folder, 'stub-meta-history.xml');
  if (!existsSync(file)) await writeDump(file, revisions);
  const warehouse = await openDuckdbWarehouse(join(folder, 'lake'));
  const { signal } = new AbortController();
  const pseudonyms = new Pseudonyms(new Uint8Array(32));
  const writer = { warehouse, store: undefined, holder: 'bench', waitMs: 0, signal };
  const cpu = process.cpuUsage();
  const report = await importEvents({ ...writer, files: [file], pseudonyms, complete: true });
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${revisions} revisions, ${((await stat(file)).size / 1e6).toFixed(0)} MB: ${report.rows} events in ${report.seconds.toFixed(1)} s, ` +
      `${Math.round(report.rowsPerSecond)} events/s, ${((user + system) / 1e6).toFixed(1)} s of CPU, ` +
      `peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  );
  await warehouse.close();
} finally {
  await rm(folder, { recursive: true });
}

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kraken lake '));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Runs a test with a lake of its own, whose clock it may advance. */
export function withLake(
  work: (lake: { warehouse: Warehouse; folder: string; clock: { ms: number } }) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const folder = await temporaryFolder();
    const clock = { ms: Date.now() };
    const warehouse = await openDuckdbWarehouse(folder.path, { clock: { now: () => clock.ms } });
    try {
      await work({ warehouse, folder: folder.path, clock });
    } finally {
      await warehouse.close();
      await folder.remove();
    }
  };
}

/** The Parquet files under a folder, by their paths in it. */
export async function parquetFiles(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths.filter((path) => path.endsWith('.parquet')).sort();
}

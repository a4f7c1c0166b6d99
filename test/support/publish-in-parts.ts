import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLease } from '../../src/load/lease.ts';
import { importFiles } from '../../src/load/import.ts';
import { publish } from '../../src/load/publish.ts';
import { METRICS } from '../../src/metrics/index.ts';
import type { Gateway } from './gateway.ts';

/**
 * Loads rows of a metric into the warehouse only.
 * @returns publishes those of a range of days, or all that aren't published, and lets the gateway see them
 */
export async function loadUnpublished(
  gateway: Gateway,
  name: string,
  rows: readonly object[],
): Promise<(range?: { readonly from: number; readonly until: number }) => Promise<void>> {
  const { store, warehouse, folder } = gateway;
  const writer = { holder: 'a test', waitMs: 30_000, signal: new AbortController().signal, warehouse };
  const file = join(folder, 'unpublished.ndjson');
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const metric = METRICS.find((one) => one.name === name);
  if (!metric) throw new Error(`there is no metric ${name}`);
  await importFiles({ ...writer, store: undefined, metric, files: [file], complete: false });
  return async (range) => {
    const all = { ...writer, store, metric, ...(range && { selection: { grain: 'daily' as const, range } }) };
    await withLease(all, () => publish(all));
    await gateway.app.road.watch.refresh();
  };
}

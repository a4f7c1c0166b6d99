import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import { importFiles } from './import.ts';
import { withLease, type Writer } from './lease.ts';
import type { OnProgress } from './progress.ts';
import { publish } from './publish.ts';

export interface SampleOptions extends Writer {
  /** The folder of files named `METRIC.ANYTHING.ndjson`, `.json` or `.csv`, which may be packed. */
  readonly folder: string;
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  /** Shows the progress of one metric's load. */
  readonly show?: (metric: string) => { readonly onProgress: OnProgress; stop(): void };
}

/**
 * Loads the sample data of each metric that has no data yet.
 * @returns the names of the loaded metrics
 * @throws errors of `importFiles`; an Error for a file that belongs to no metric
 */
export async function loadSample(options: SampleOptions): Promise<string[]> {
  const loaded: string[] = [];
  for (const [metric, files] of await filesByMetric(options)) {
    if (await isLoaded(metric, options)) continue;
    const view = options.show?.(metric.name);
    try {
      await importFiles({ ...options, metric, files, ...(view ? { onProgress: view.onProgress } : {}) });
    } finally {
      view?.stop();
    }
    loaded.push(metric.name);
  }
  return loaded;
}

async function filesByMetric({ folder, catalogue }: SampleOptions): Promise<Map<Metric, string[]>> {
  const files = new Map<Metric, string[]>();
  for (const name of (await readdir(folder)).sort()) {
    const metricName = /^([^.]+)\.(?:.+\.)?(?:json|ndjson|csv)(?:\.gz|\.bz2)?$/.exec(name)?.[1];
    if (metricName === undefined) continue;
    const metric = catalogue.byName.get(metricName);
    if (!metric)
      throw new Error(`${join(folder, name)} belongs to no metric: there is no metric ${metricName}`);
    files.set(metric, [...(files.get(metric) ?? []), join(folder, name)]);
  }
  return files;
}

/** Tells whether a metric has data. Publishes what a killed start left unpublished. */
async function isLoaded(metric: Metric, options: SampleOptions): Promise<boolean> {
  const { warehouse, store, signal } = options;
  const { name } = tableOf(metric);
  const { tables } = await warehouse.states(signal);
  if (!tables.get(name)?.partitions.size) return false;
  const published = metric.home === 'warehouse' || (await store.states(signal)).tables.has(name);
  if (!published) await withLease(options, () => publish({ metric, warehouse, store, signal }));
  return true;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { exampleUrl } from '../api/catalogue/catalogue.ts';
import type { ExampleAnswers } from '../api/catalogue/openapi.ts';
import { buildApp } from '../app.ts';
import { readConfig } from '../config/config.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';
import { SAMPLE_FOLDER } from '../setup/dataset-folders.ts';
import { openSeriesStore, openWarehouse } from '../config/engines.ts';
import { loadSample } from '../load/sample.ts';

/** The number of items of a list that documentation shows. */
const MAX_ITEMS = 2;

/**
 * Returns the answers of a gateway with the sample to every metric's examples, except examples without rows.
 * Takes a few seconds, because the sample is loaded into a temporary folder.
 */
export async function sampleAnswers(catalogue: Catalogue): Promise<ExampleAnswers> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-sample-'));
  try {
    const config = readConfig({}, { data: folder });
    const [store, warehouse] = await Promise.all([
      openSeriesStore(config.series),
      openWarehouse(config.warehouse),
    ]);
    const signal = new AbortController().signal;
    await loadSample({
      folder: SAMPLE_FOLDER,
      catalogue,
      store,
      warehouse,
      holder: 'the printer of examples',
      waitMs: 0,
      signal,
    });
    const app = await buildApp({
      config,
      catalogue,
      store,
      warehouse,
      clock: Date,
      logger: pino({ level: 'silent' }),
    });
    const answers = new Map<string, unknown>();
    for (const metric of catalogue.metrics) {
      for (const example of metric.examples) {
        const url = exampleUrl(metric, example);
        const { statusCode, body } = await app.api.inject(url);
        if (statusCode === 200) answers.set(url, shortened(JSON.parse(body)));
      }
    }
    await app.close();
    await Promise.all([store.close(), warehouse.close()]);
    return answers;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortened(member)]));
}

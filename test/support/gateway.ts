import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import supertest from 'supertest';
import { buildApp, type App } from '../../src/app.ts';
import { readConfig, type Flags } from '../../src/config/config.ts';
import { makeCatalogue, type Views } from '../../src/core/metric/catalogue.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import type { Clock } from '../../src/core/time/time.ts';
import { openEventLog, openSeriesStore, openWarehouse } from '../../src/config/engines.ts';
import { importFiles } from '../../src/load/import.ts';
import { loadSample } from '../../src/load/sample.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { SAMPLE_FOLDER } from '../../src/setup/dataset-folders.ts';
import type { LiveNumbers } from '../../src/read/live.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import type { Warehouse } from '../../src/warehouses/warehouse.ts';

/** A whole gateway over real engines in a folder of its own. */
export interface Gateway {
  readonly app: App;
  readonly folder: string;
  readonly store: SeriesStore;
  readonly warehouse: Warehouse;
  /** Where it collects events, if it does. */
  readonly eventLog: EventLog | undefined;
  /** Imports items, as an API's answer has them, and makes the gateway see them. */
  load(metric: string, items: readonly object[], options?: { complete?: boolean }): Promise<void>;
  /** Imports items without making the gateway see them. */
  publishOnly(metric: string, items: readonly object[], options?: { complete?: boolean }): Promise<void>;
  /** Loads the sample, and makes the gateway see it. */
  loadSample(): Promise<void>;
  get(path: string): supertest.Test;
  agent(): ReturnType<typeof supertest>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly metrics?: readonly Metric[];
  readonly views?: Views;
  readonly flags?: Flags;
  readonly clock?: Clock;
  /** Folders of data sets. */
  readonly datasets?: readonly string[];
  /** Where events go, instead of a log in the gateway's folder. */
  readonly eventLog?: EventLog;
  /** The numbers of open periods. */
  readonly live?: LiveNumbers;
  /** Stands between the gateway and its stores: to count calls, to let them fail. */
  readonly wrapStore?: (store: SeriesStore) => SeriesStore;
  readonly wrapWarehouse?: (warehouse: Warehouse) => Warehouse;
}

export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-'));
  const config = readConfig(
    {},
    // However busy the machine is, a test is answered: where a deadline is the subject, the test sets it.
    { data: folder, refreshMs: '50', readDeadlineMs: '60000', queryDeadlineMs: '120000', ...options.flags },
  );
  const [store, warehouse] = await Promise.all([
    openSeriesStore(config.series, { readOnly: false }),
    openWarehouse(config.warehouse),
  ]);
  const catalogue = makeCatalogue(options.metrics ?? METRICS, options.views);
  const eventLog =
    options.eventLog ?? (config.collect ? await openEventLog(config.eventLog, 'a test') : undefined);
  const app = await buildApp({
    ...(eventLog && { eventLog }),
    live: options.live,
    config,
    catalogue,
    store: options.wrapStore?.(store) ?? store,
    warehouse: options.wrapWarehouse?.(warehouse) ?? warehouse,
    clock: options.clock ?? Date,
    logger: pino({ level: 'silent' }),
    datasets: options.datasets ?? [],
  });
  await app.api.ready();
  let files = 0;
  const agent = (): ReturnType<typeof supertest> => supertest(app.api.server);
  const writer = { holder: 'a test', waitMs: 30_000, signal: new AbortController().signal, store, warehouse };
  const publishOnly: Gateway['publishOnly'] = async (name, items, { complete = false } = {}) => {
    const file = join(folder, `items-${files++}.ndjson`);
    await writeFile(file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    const metric = catalogue.byName.get(name);
    if (!metric) throw new Error(`no metric ${name}`);
    await importFiles({ ...writer, metric, files: [file], complete });
  };
  return {
    app,
    folder,
    store,
    warehouse,
    eventLog,
    agent,
    get: (path) => agent().get(path),
    load: async (name, items, options) => {
      await publishOnly(name, items, options);
      await app.road.watch.refresh();
    },
    publishOnly,
    loadSample: async () => {
      await loadSample({ ...writer, folder: SAMPLE_FOLDER, catalogue });
      await app.road.watch.refresh();
    },
    close: async () => {
      await app.close();
      await Promise.all([store.close(), warehouse.close(), eventLog?.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import type { FastifyBaseLogger } from 'fastify';
import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaFor } from './api/graphql/schema.ts';
import type { Config } from './config.ts';
import type { Metric } from './core/metric.ts';
import { LiveFolders } from './datasets/live.ts';
import { intoWarehouse } from './datasets/load-rows.ts';
import { PlaceError } from './files/place-error.ts';
import type { Road } from './read/road.ts';
import { ConfigError } from './setting.ts';
import { tablesOf } from './tables.ts';
import type { Warehouse } from './warehouses/warehouse.ts';

/** The data sets that come with Kraken: real ones of the Wikimedia Foundation. */
export const SAMPLE_DATASETS = fileURLToPath(new URL('../../sample/datasets', import.meta.url));

/**
 * The folders that a gateway's data sets lie in. One that can't be read when a process starts is a
 * mistake; one that goes away later may come back, and what was published stays.
 * @param sample whether those of the sample count too
 * @throws ConfigError
 */
export function datasetFolders({ datasets }: Pick<Config, 'datasets'>, sample = false): string[] {
  try {
    if (datasets !== 'none') readdirSync(datasets);
  } catch (cause) {
    const { message } = new PlaceError(resolve(datasets), "it can't be read as a folder", { cause });
    throw new ConfigError(`${message}; --datasets (KRAKEN_DATASETS) names another one.`, { cause });
  }
  return [...(datasets === 'none' ? [] : [datasets]), ...(sample ? [SAMPLE_DATASETS] : [])];
}

export interface LiveDatasetsOptions {
  readonly config: Config;
  readonly folders: readonly string[];
  readonly builtIn: readonly Metric[];
  readonly road: Road;
  readonly warehouse: Warehouse;
  readonly logger: FastifyBaseLogger;
}

/** Data sets that a gateway serves: it imports them, and swaps its catalogue whole whenever they change. */
export function liveDatasets(options: LiveDatasetsOptions): LiveFolders {
  const { config, folders, builtIn, road, warehouse, logger } = options;
  const holder = `data sets of kraken serve (process ${process.pid} on ${hostname()})`;
  return new LiveFolders({
    folders,
    builtIn,
    openTable: tablesOf(warehouse),
    load: intoWarehouse({ warehouse, holder, waitMs: config.leaseWaitMs }, (dataset) =>
      logger.info({ dataset }, 'data set: its rows were imported'),
    ),
    refresh: () => road.watch.refresh(),
    stateOf: (metric) => road.watch.stateOf(metric),
    check: schemaFor,
    points: config.points,
    publish: ({ catalogue }) => road.replaceCatalogue(catalogue),
    log: logger,
  });
}

import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { schemaFor } from '../api/graphql/schema.ts';
import type { Config } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { BuildOptions } from '../datasets/built.ts';
import { frequentValues } from '../datasets/frequent-values.ts';
import { LiveFolders } from '../datasets/live.ts';
import { intoWarehouse } from '../datasets/load-rows.ts';
import type { Road } from '../read/road.ts';
import { remoteFiles } from './remote-files.ts';
import { tablesOf } from './tables.ts';
import { datasetStreams } from './dataset-streams.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

export interface DatasetsOptions {
  readonly config: Config;
  readonly folders: readonly string[];
  readonly builtIn: readonly Metric[];
  readonly road: Road;
  readonly warehouse: Warehouse;
  readonly logger: FastifyBaseLogger;
  /** Whether another process fetches the files of URLs. */
  readonly isWorker?: boolean;
}

/** The data sets of a gateway: they are imported, and a new catalogue is published whenever they change. */
export function liveDatasets(options: DatasetsOptions): LiveFolders {
  const { config, road, warehouse, logger } = options;
  const holder = `data sets of kraken serve (process ${process.pid} on ${hostname()})`;
  return new LiveFolders({
    ...buildsOf(options),
    load: intoWarehouse({ warehouse, holder, waitMs: config.leaseWaitMs }, (dataset) =>
      logger.info({ dataset }, 'rows of a data set imported'),
    ),
    publish: ({ catalogue }) => road.replaceCatalogue(catalogue),
    log: logger,
  });
}

/** How a gateway builds data sets whose rows are there. */
export function buildsOf({
  isWorker = false,
  config,
  folders,
  builtIn,
  road,
  warehouse,
}: Omit<DatasetsOptions, 'logger'>): Omit<BuildOptions, 'load' | 'signal'> {
  return {
    folders,
    builtIn,
    openTable: tablesOf(warehouse),
    remote: remoteFiles(config, isWorker ? 'reads' : 'fetches'),
    streams: datasetStreams(config),
    refresh: () => road.watch.refresh(),
    frequentValues: (metric, state, signal) => frequentValues(warehouse, metric, state, signal),
    stateOf: (metric) => road.watch.stateOf(metric),
    check: schemaFor,
    points: config.points,
  };
}

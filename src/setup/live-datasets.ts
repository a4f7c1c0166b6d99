import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { schemaFor } from '../api/graphql/schema.ts';
import type { Config } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { frequentValues } from '../datasets/frequent-values.ts';
import { LiveFolders } from '../datasets/live.ts';
import { intoWarehouse } from '../datasets/load-rows.ts';
import type { Road } from '../read/road.ts';
import { tablesOf } from './tables.ts';
import { datasetStreams } from './dataset-streams.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

export interface LiveDatasetsOptions {
  readonly config: Config;
  readonly folders: readonly string[];
  readonly builtIn: readonly Metric[];
  readonly road: Road;
  readonly warehouse: Warehouse;
  readonly logger: FastifyBaseLogger;
}

/** The data sets of a gateway: they are imported, and a new catalogue is published whenever they change. */
export function liveDatasets(options: LiveDatasetsOptions): LiveFolders {
  const { config, folders, builtIn, road, warehouse, logger } = options;
  const holder = `data sets of kraken serve (process ${process.pid} on ${hostname()})`;
  return new LiveFolders({
    folders,
    builtIn,
    openTable: tablesOf(warehouse),
    streams: datasetStreams(config),
    load: intoWarehouse({ warehouse, holder, waitMs: config.leaseWaitMs }, (dataset) =>
      logger.info({ dataset }, 'rows of a data set imported'),
    ),
    refresh: () => road.watch.refresh(),
    frequentValues: (metric, state, signal) => frequentValues(warehouse, metric, state, signal),
    stateOf: (metric) => road.watch.stateOf(metric),
    check: schemaFor,
    points: config.points,
    publish: ({ catalogue }) => road.replaceCatalogue(catalogue),
    log: logger,
  });
}

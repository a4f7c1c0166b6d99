import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Clock } from '../core/time/time.ts';
import { aggregate } from '../load/aggregate.ts';
import { streamSources } from '../stream-metrics/stream-source.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { keepMade, type Making } from './keep-made.ts';
import { keepRunning } from './keep-running.ts';

export interface ServeStreamsParts {
  /** The lake's folder. */
  readonly lake: string;
  readonly config: Pick<Config, 'leaseWaitMs'>;
  /** The metrics that are served now; those that aren't made from streams are skipped. */
  readonly served: () => readonly Metric[];
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  readonly lookMs?: number;
}

/**
 * Makes the data sets of streams beside a gateway, whenever an hour was closed or a declaration changed, until it is
 * stopped. An error is logged, and the work is tried again; the other data sets don't wait for it.
 * @returns a function that stops it and waits for what is being written
 */
export function startStreams(parts: ServeStreamsParts): () => Promise<void> {
  const { lake, config, served, warehouse, clock, logger, lookMs } = parts;
  const events = streamSources(lake);
  const makingOf = (metric: Metric): Making[] => {
    const { name, edition } = metric;
    const read = metric.aggregate?.events;
    if (!read) return [];
    return [
      {
        name,
        edition,
        look: () => events(read),
        make: async (signal) => {
          await aggregate({
            holder: `kraken serve --collect (process ${process.pid} on ${hostname()})`,
            waitMs: config.leaseWaitMs,
            signal,
            warehouse,
            store: undefined,
            metrics: [metric],
            events,
            onDone: ({ made, notices }) => {
              if (made.length > 0) logger.info({ metric: name }, 'numbers of a stream made');
              for (const notice of notices) logger.warn({ metric: name }, notice);
            },
          });
        },
        failed: (error) =>
          logger.error(
            { metric: name, err: error },
            'a data set of a stream was not made, and is tried again',
          ),
      },
    ];
  };
  return keepRunning((signal) => keepMade(() => served().flatMap(makingOf), clock, signal, lookMs));
}

import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { EDIT_EVENTS, EDIT_STREAM } from '../core/metric/edit-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import type { Table } from '../core/metric/table.ts';
import { type Clock, HOUR_MS } from '../core/time/time.ts';
import { takeEdits } from '../edits/take-edits.ts';
import { aggregate } from '../load/aggregate.ts';
import { pseudonymsIn } from '../load/events/pseudonyms.ts';
import { openRawReader } from '../raw/open-loader.ts';
import { openViewReader } from '../refine/view-reader.ts';
import { viewSource } from '../refine/view-source.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { keepMade, type Making } from './keep-made.ts';
import { keepRunning } from './keep-running.ts';

export interface ServeNumbersParts {
  /** The lake's folder. */
  readonly lake: string;
  readonly config: Pick<Config, 'leaseWaitMs' | 'data'>;
  readonly metrics: readonly Metric[];
  readonly warehouse: Warehouse;
  /** Where the numbers are published. */
  readonly store: SeriesStore;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
}

/**
 * Makes and publishes the numbers of collected sites beside a gateway, whenever an hour was closed, until it is
 * stopped. An error is logged, and the work is tried again.
 * @returns a function that stops it and waits for what is being written
 */
export function startNumbers(parts: ServeNumbersParts): () => Promise<void> {
  const { lake, config, metrics, warehouse, store, clock, logger } = parts;
  const writer = (signal: AbortSignal) => ({
    holder: `kraken serve --collect (process ${process.pid} on ${hostname()})`,
    waitMs: config.leaseWaitMs,
    signal,
    warehouse,
  });
  const make = (source: Table, signal: AbortSignal) =>
    aggregate({
      ...writer(signal),
      store,
      metrics: metrics.filter(({ aggregate: made }) => made?.source === source),
      views: () => viewSource(lake),
      onlyCollected: true,
      onDone: ({ metric, leftOut }) => {
        for (const { reason } of leftOut) logger.warn({ metric: metric.name }, reason);
      },
    });
  const reader = openViewReader(lake);
  const views: Making = {
    name: 'views',
    look: async () => {
      const manifest = await reader.manifest();
      return manifest.closedMs > 0 ? manifest : undefined;
    },
    make: async (signal) => {
      await make(VIEW_EVENTS, signal);
    },
    failed: (error) =>
      logger.error({ err: error }, 'making the numbers of collected sites failed, and is tried again'),
  };
  const raw = openRawReader(lake, EDIT_STREAM);
  const edits: Making = {
    name: 'edits',
    look: async () => {
      const manifest = await raw.manifest();
      if (!manifest) return undefined;
      const closedMs = Math.floor(manifest.watermarkMs / HOUR_MS) * HOUR_MS;
      return { version: manifest.commits, closedMs };
    },
    make: async (signal) => {
      const pseudonyms = () => pseudonymsIn(config.data);
      await takeEdits({ ...writer(signal), lake, pseudonyms });
      await make(EDIT_EVENTS, signal);
    },
    failed: (error) =>
      logger.error({ err: error }, 'making the numbers of collected edits failed, and is tried again'),
  };
  return keepRunning((signal) => keepMade(() => [views, edits], clock, signal));
}

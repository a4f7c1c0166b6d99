import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import type { Metric } from '../core/metric/metric.ts';
import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import type { Clock } from '../core/time/time.ts';
import { aggregate } from '../load/aggregate.ts';
import type { ViewManifest } from '../refine/view-manifest.ts';
import { openViewReader } from '../refine/view-reader.ts';
import { viewSource } from '../refine/view-source.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** How often the table of views is looked at, in ms. */
const LOOK_MS = 5_000;
/** How long late views wait for others before their periods are made again, in ms. */
const LATE_MS = 5 * 60_000;
/** How long to wait before another attempt, in ms. */
const RETRY_MS = 30_000;

export interface ServeNumbersParts {
  readonly config: Config;
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
 * @returns a function that stops it and waits for what is being written; undefined if the lake isn't on this machine
 */
export function startNumbers(parts: ServeNumbersParts): (() => Promise<void>) | undefined {
  const lake = lakeFolderOf(parts.config);
  if (lake === undefined) return undefined;
  const ending = new AbortController();
  const running = keepMaking(lake, parts, ending.signal);
  return async () => {
    ending.abort(new Error('the gateway stops'));
    await running;
  };
}

async function keepMaking(lake: string, parts: ServeNumbersParts, signal: AbortSignal): Promise<void> {
  const { clock, logger } = parts;
  const reader = openViewReader(lake);
  let made: Pick<ViewManifest, 'version' | 'closedMs'> = { version: 0, closedMs: 0 };
  let madeMs = -Infinity;
  while (!signal.aborted) {
    let pauseMs = LOOK_MS;
    try {
      const { version, closedMs } = await reader.manifest();
      const isLate = version > made.version && clock.now() - madeMs >= LATE_MS;
      if (closedMs > made.closedMs || isLate) {
        await makeNumbers(lake, parts, signal);
        made = { version, closedMs };
        madeMs = clock.now();
      }
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error }, 'making the numbers of collected sites failed, and is tried again');
      pauseMs = RETRY_MS;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function makeNumbers(
  lake: string,
  { config, metrics, warehouse, store, logger }: ServeNumbersParts,
  signal: AbortSignal,
): Promise<void> {
  await aggregate({
    holder: `kraken serve --collect (process ${process.pid} on ${hostname()})`,
    waitMs: config.leaseWaitMs,
    signal,
    warehouse,
    store,
    metrics: metrics.filter(({ aggregate: made }) => made?.source === VIEW_EVENTS),
    views: () => viewSource(lake),
    onDone: ({ metric, leftOut }) => {
      for (const { reason } of leftOut) logger.warn({ metric: metric.name }, reason);
    },
  });
}

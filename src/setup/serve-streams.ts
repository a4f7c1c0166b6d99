import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { eventLakeOf } from '../config/lake-folder.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Clock } from '../core/time/time.ts';
import { aggregate } from '../load/aggregate.ts';
import { type OpenStream, streamSources } from '../stream-metrics/stream-source.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** How often streams are looked at, in ms. */
const LOOK_MS = 5_000;
/** How long late events wait for others before their periods are made again, in ms. */
const LATE_MS = 5 * 60_000;
/** How long a metric that failed is left alone, in ms. */
const RETRY_MS = 30_000;

export interface ServeStreamsParts {
  readonly config: Pick<Config, 'warehouse' | 'leaseWaitMs'>;
  /** The metrics that are served now; those that aren't made from streams are skipped. */
  readonly served: () => readonly Metric[];
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  readonly lookMs?: number;
}

/** What a metric was made from last. */
interface Made {
  readonly edition: string | undefined;
  readonly closedMs: number;
  readonly version: number;
  readonly atMs: number;
}

/**
 * Makes the data sets of streams beside a gateway, whenever an hour was closed or a declaration changed, until it is
 * stopped. An error is logged, and the work is tried again; the other data sets don't wait for it.
 * @returns a function that stops it and waits for what is being written; undefined if the lake isn't on this machine
 */
export function startStreams(parts: ServeStreamsParts): (() => Promise<void>) | undefined {
  const lake = eventLakeOf(parts.config);
  if (lake === undefined) return undefined;
  const ending = new AbortController();
  const running = keepMaking(lake, parts, ending.signal);
  return async () => {
    ending.abort(new Error('the gateway stops'));
    await running;
  };
}

async function keepMaking(lake: string, parts: ServeStreamsParts, signal: AbortSignal): Promise<void> {
  const { served, clock, logger, lookMs = LOOK_MS } = parts;
  const events = streamSources(lake);
  const made = new Map<string, Made>();
  const failedMs = new Map<string, number>();
  while (!signal.aborted) {
    for (const metric of served()) {
      const { name, edition } = metric;
      const read = metric.aggregate?.events;
      if (!read || signal.aborted || clock.now() - (failedMs.get(name) ?? -Infinity) < RETRY_MS) continue;
      try {
        const source = await events(read);
        if (!source || !isDue(made.get(name), { edition, ...source }, clock.now())) continue;
        await makeOne(metric, events, parts, signal);
        const { version, closedMs = 0 } = source;
        made.set(name, { edition, version, closedMs, atMs: clock.now() });
        failedMs.delete(name);
      } catch (error) {
        if (signal.aborted) return;
        logger.error({ metric: name, err: error }, 'a data set of a stream was not made, and is tried again');
        failedMs.set(name, clock.now());
      }
    }
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

function isDue(
  before: Made | undefined,
  { edition, closedMs = 0, version }: Partial<Omit<Made, 'version'>> & Pick<Made, 'version'>,
  nowMs: number,
): boolean {
  if (!before || before.edition !== edition || closedMs > before.closedMs) return true;
  return version !== before.version && nowMs - before.atMs >= LATE_MS;
}

async function makeOne(
  metric: Metric,
  events: OpenStream,
  { config, warehouse, logger }: ServeStreamsParts,
  signal: AbortSignal,
): Promise<void> {
  await aggregate({
    holder: `kraken serve --collect (process ${process.pid} on ${hostname()})`,
    waitMs: config.leaseWaitMs,
    signal,
    warehouse,
    store: undefined,
    metrics: [metric],
    events,
    onDone: ({ made, notices }) => {
      if (made.length > 0) logger.info({ metric: metric.name }, 'numbers of a stream made');
      for (const notice of notices) logger.warn({ metric: metric.name }, notice);
    },
  });
}

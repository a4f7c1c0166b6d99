import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import { timeLimitOf } from '../core/abort.ts';
import { makeFolder } from '../files/make-folder.ts';
import { withLease } from '../load/lease.ts';
import type { EventLog } from '../log/event-log.ts';
import { events } from '../metrics/events.ts';
import { writeCounts } from '../raw/counts.ts';
import { openLoader } from '../raw/open-loader.ts';
import { runLoader } from '../raw/run-loader.ts';
import { trimLog } from '../raw/trim-log.ts';
import type { Stream } from '../streams/stream.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** How long to wait before another attempt, in ms. */
const RETRY_MS = 5000;

export interface ServeLoaderParts {
  readonly config: Config;
  readonly log: EventLog;
  readonly streams: () => ReadonlyMap<string, Stream>;
  readonly warehouse: Warehouse;
  readonly logger: FastifyBaseLogger;
}

/**
 * Loads the event log beside a gateway that collects, until it is stopped. An error is logged, and
 * loading starts again: collecting never waits for it.
 * @returns a function that stops it and waits for what is being written; undefined where the lake is not on this machine
 */
export function startLoader(parts: ServeLoaderParts): (() => Promise<void>) | undefined {
  const lake = lakeFolderOf(parts.config);
  if (lake === undefined) return undefined;
  const ending = new AbortController();
  const running = keepLoading(parts, lake, ending.signal);
  return async () => {
    ending.abort(new Error('the gateway stops'));
    await running;
  };
}

async function keepLoading(parts: ServeLoaderParts, lake: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      makeFolder(lake);
      await loadUntil(parts, lake, signal);
    } catch (error) {
      if (signal.aborted) return;
      parts.logger.error({ err: error }, 'loading events stopped, and is tried again');
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function loadUntil(parts: ServeLoaderParts, lake: string, signal: AbortSignal): Promise<void> {
  const { config, log, streams, warehouse, logger } = parts;
  const holder = `kraken serve --collect (process ${process.pid} on ${hostname()})`;
  const limit = timeLimitOf(signal, config.leaseWaitMs);
  const open = await openLoader({ lake, log, streams, holder, signal: limit.signal }).finally(() =>
    limit.end(),
  );
  const { loader } = open;
  const writer = { holder, waitMs: config.leaseWaitMs, signal, warehouse, store: undefined };
  const stopped = new Set<string>();
  try {
    await runLoader({
      loader,
      signal,
      count: () => withLease(writer, () => writeCounts(events, warehouse, loader.tables, signal)),
      trim: () => trimLog(log, streams(), loader.tables),
      told: {
        round: (rounds) => {
          for (const [stream, { stopped: error }] of rounds) {
            if (error && !stopped.has(stream))
              logger.error({ stream, err: error }, 'a stream is not loaded on');
            if (error) stopped.add(stream);
            else stopped.delete(stream);
          }
        },
        failed: (what, error) => logger.error({ err: error }, `${what} failed, and is tried again`),
      },
    });
  } finally {
    await open.close();
  }
}

import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Stream } from '../streams/stream.ts';
import { readyLoader } from './ready-loader.ts';
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
      await loadUntil(parts, signal);
    } catch (error) {
      if (signal.aborted) return;
      parts.logger.error({ err: error }, 'loading events stopped, and is tried again');
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function loadUntil(parts: ServeLoaderParts, signal: AbortSignal): Promise<void> {
  const { log, logger, ...others } = parts;
  const holder = `kraken serve --collect (process ${process.pid} on ${hostname()})`;
  const ready = await readyLoader({ ...others, log, written: log, holder, signal });
  const stopped = new Set<string>();
  try {
    await ready?.run({
      round: (rounds) => {
        for (const [stream, { stopped: error }] of rounds) {
          if (error && !stopped.has(stream))
            logger.error({ stream, err: error }, 'a stream is not loaded on');
          if (error) stopped.add(stream);
          else stopped.delete(stream);
        }
      },
      failed: (what, error) => logger.error({ err: error }, `${what} failed, and is tried again`),
    });
  } finally {
    await ready?.close();
  }
}

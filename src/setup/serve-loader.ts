import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/time/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { LoadTelemetry } from '../raw/load-telemetry.ts';
import { hourText } from '../raw/hours.ts';
import type { Loader } from '../raw/loader.ts';
import type { Forgotten } from '../raw/upkeep.ts';
import type { Stream } from '../streams/stream.ts';
import { keepRunning } from './keep-running.ts';
import { readyLoader } from './ready-loader.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** How long to wait before another attempt, in ms. */
const RETRY_MS = 5000;

export interface ServeLoaderParts {
  /** The lake's folder. */
  readonly lake: string;
  readonly config: Config;
  readonly log: EventLog;
  readonly streams: () => ReadonlyMap<string, Stream>;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  /** Gets the metrics of loading. */
  readonly registry: Registry;
}

/**
 * Loads the event log beside a gateway that collects, until it is stopped. An error is logged, and
 * loading starts again: collecting never waits for it.
 * @returns a function that stops it and waits for what is being written
 */
export function startLoader(parts: ServeLoaderParts): () => Promise<void> {
  let loader: Loader | undefined;
  const manifests = () =>
    new Map([...(loader?.tables ?? [])].map(([stream, { manifest }]) => [stream, manifest] as const));
  const telemetry = new LoadTelemetry(parts.registry, manifests, () => parts.clock.now());
  return keepRunning((signal) =>
    keepLoading(parts, signal, { telemetry, onOpen: (opened) => (loader = opened) }),
  );
}

interface Observers {
  readonly telemetry: LoadTelemetry;
  readonly onOpen: (loader: Loader) => void;
}

async function keepLoading(
  parts: ServeLoaderParts,
  signal: AbortSignal,
  observers: Observers,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await loadUntil(parts, signal, observers);
    } catch (error) {
      if (signal.aborted) return;
      parts.logger.error({ err: error }, 'loading events stopped, and is tried again');
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function loadUntil(
  parts: ServeLoaderParts,
  signal: AbortSignal,
  { telemetry, onOpen }: Observers,
): Promise<void> {
  const { log, logger, ...others } = parts;
  const holder = `kraken serve --collect (process ${process.pid} on ${hostname()})`;
  const onForgotten = ({ hour, ...what }: Forgotten): void =>
    logger.info(
      { hour: hourText(hour), ...what },
      'raw rows have been kept for as long as their stream says',
    );
  const ready = await readyLoader({ ...others, log, holder, signal, onForgotten });
  onOpen(ready.loader);
  const stopped = new Set<string>();
  try {
    await ready.run({
      round: (rounds) => {
        telemetry.round(rounds);
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
    await ready.close();
  }
}

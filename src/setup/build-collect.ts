import proxyAddr from '@fastify/proxy-addr';
import type { FastifyBaseLogger } from 'fastify';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { CollectTelemetry } from '../collect/collect-telemetry.ts';
import { Collector, type CollectorParts } from '../collect/collector.ts';
import type { Door } from '../collect/http/door.ts';
import { registerCollect } from '../collect/http/routes.ts';
import { LogHealth } from '../collect/log-health.ts';
import { SenderRates } from '../collect/sender-rates.ts';
import { siteMatcher } from '../collect/sites.ts';
import type { Compressor } from '../api/http/conditional.ts';
import type { Server } from '../api/http/direct.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/time/time.ts';
import { mistakeLine } from '../datasets/mistake.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Road } from '../read/road.ts';
import { LiveStreams } from '../streams/live.ts';
import type { Stream } from '../streams/stream.ts';
import { streamFolders } from './stream-folders.ts';
import { takenSites } from './taken-sites.ts';

export interface CollectParts {
  readonly config: Config;
  readonly log: EventLog;
  readonly road: Road;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  /** Gets the metrics of collecting. */
  readonly registry: Registry;
}

/** Collecting by HTTP, put together. */
export interface Collect {
  /** Whether the log takes events. */
  readonly ready: boolean;
  /** The streams as they are now. */
  readonly streams: () => ReadonlyMap<string, Stream>;
  register(server: Server, compressor: Compressor): Promise<void>;
  start(): Promise<void>;
  /** Ends what is under way; the log stays open, for whoever opened it. */
  close(): Promise<void>;
}

/** @param parts the log is open, and stays so until after `close` */
export function buildCollect({ config, log, road, clock, logger, registry }: CollectParts): Collect {
  const health = new LogHealth(log, clock);
  const live = new LiveStreams(streamFolders(config), ({ mistakes, unreadable }) => {
    for (const mistake of mistakes) logger.error({}, `stream: ${mistakeLine(mistake)}`);
    for (const what of [...unreadable.folders, ...unreadable.files]) logger.error({}, `stream: ${what}`);
  });
  const collector = new Collector({
    log: health,
    streams: () => live.current,
    clock,
    newId: randomUUID,
    limits: { eventBytes: config.eventKb * 1024, depth: config.eventDepth, batch: config.batchEvents },
    refusesSite: refusesSite(config, road),
    takesLogsFrom: takesFrom(config.logSenders),
    counts: new CollectTelemetry(registry, () => health.ready),
  });
  const rates =
    config.senderEvents === 'off'
      ? undefined
      : new SenderRates(config.senderEvents, clock, () => randomBytes(32));
  const door: Door = { collector, rates };
  return {
    get ready() {
      return health.ready;
    },
    streams: () => live.current,
    register: (server, compressor) => registerCollect(server, door, compressor),
    start: async () => {
      await Promise.all([live.start(), health.start()]);
    },
    close: async () => {
      health.stop();
      await live.stop();
      await collector.close();
    },
  };
}

function takesFrom(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => false;
  const holds = proxyAddr.compile([...networks]);
  return (address) => holds(address, 0);
}

/** Says in a sentence why events of a site aren't collected; undefined if they are. */
export function refusesSite({ sites }: Pick<Config, 'sites'>, road: Road): CollectorParts['refusesSite'] {
  if (sites !== 'others') {
    const isNamed = siteMatcher(sites);
    // `*` means any site, and none.
    if (isNamed('')) return () => undefined;
    return (host) => {
      if (host === undefined)
        return 'The event names no site, and only some are collected here (KRAKEN_SITES).';
      return isNamed(host) ? undefined : `${host} is no site that is collected here (KRAKEN_SITES).`;
    };
  }
  const isTaken = takenSites(road);
  return (host) =>
    host !== undefined && isTaken(host)
      ? `${host} has numbers from another source, and is collected only where KRAKEN_SITES names it.`
      : undefined;
}

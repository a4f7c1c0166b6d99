import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import { ListenTelemetry } from '../api/listen/listen-telemetry.ts';
import { Listeners } from '../api/listen/listeners.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/time/time.ts';
import { Feeds } from '../feed/feeds.ts';
import type { Road } from '../read/road.ts';

export interface ListenersParts {
  readonly config: Config;
  readonly road: Road;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Pick<FastifyBaseLogger, 'error'>;
  readonly registry: Registry;
}

const KIB = 1024;

/** Builds what sends answers to those who listen, and its metrics. */
export function buildListeners({ config, road, clock, random, logger, registry }: ListenersParts): {
  readonly listeners: Listeners;
  readonly feeds: Feeds;
  close(): void;
} {
  const feeds = new Feeds({
    road,
    clock,
    maxBytes: config.feedsMb * KIB * KIB,
    onDefect: (error) => logger.error({ err: error }, 'the answer to a question could not be followed'),
  });
  const telemetry = new ListenTelemetry(registry, {
    listeners: () => listeners.count,
    feeds: () => feeds.usage,
  });
  const listeners = new Listeners({
    road,
    feeds,
    clock,
    bounds: { all: config.listeners, perClient: config.listenersPerClient },
    questions: config.listenerQuestions,
    maxBehind: config.listenerBufferKb * KIB,
    lifetimeMs: config.listenerLifetimeS * 1000,
    random,
    onEnd: (reason) => telemetry.ended(reason),
  });
  return {
    listeners,
    feeds,
    close: () => {
      listeners.close();
      feeds.close();
    },
  };
}

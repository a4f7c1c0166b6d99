import type { FastifyBaseLogger } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { eventLakeOf } from '../config/lake-folder.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Clock } from '../core/time/time.ts';
import type { CountryReader } from '../define/country.ts';
import { showCounting } from '../live/live-telemetry.ts';
import { openCounter } from '../live/open-counter.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { LiveNumbers } from '../read/live.ts';
import { standardRules } from '../refine/standard-rules.ts';
import { keepRunning } from './keep-running.ts';

/** The pause between two rounds, in ms. */
const PAUSE_MS = 250;
/** The pause after a round that failed, in ms. */
const RETRY_MS = 2_000;

export interface LiveParts {
  readonly config: Pick<Config, 'warehouse' | 'liveRows'>;
  readonly log: EventLogReader;
  readonly countries: CountryReader | undefined;
  /** The metrics that are made of page views. */
  readonly metrics: readonly Metric[];
  readonly clock: Clock;
  readonly logger: Pick<FastifyBaseLogger, 'error'>;
}

/** The counting of open periods. */
export interface Live {
  readonly numbers: LiveNumbers;
  /**
   * Begins to count.
   * @param onChange is called when numbers may have changed
   */
  start(registry: Registry, onChange: () => void): void;
  /** Ends it. The log stays open. */
  close(): Promise<void>;
}

/**
 * Opens the counting of open periods. Nothing is counted before it is started.
 * @returns undefined if it is turned off, or the lake isn't on this machine
 * @throws EngineError
 */
export async function openLive({
  config,
  log,
  countries,
  metrics,
  clock,
  logger,
}: LiveParts): Promise<Live | undefined> {
  const lake = eventLakeOf(config);
  if (lake === undefined || config.liveRows === 0) return undefined;
  let onChange: () => void = () => undefined;
  const open = await openCounter({
    lake,
    log,
    rules: standardRules(countries),
    metrics,
    clock,
    maxRows: config.liveRows,
    onChange: () => onChange(),
  });
  let stop = (): Promise<void> => Promise.resolve();
  return {
    numbers: open.numbers,
    start: (registry, changed) => {
      onChange = changed;
      showCounting(registry, open.counter, () => clock.now());
      stop = keepRunning(async (signal) => {
        let failed = '';
        while (!signal.aborted) {
          try {
            await open.counter.round(signal);
            failed = '';
          } catch (error) {
            if (signal.aborted) return;
            const { message } = error as Error;
            // The same failure again and again is logged once.
            if (message !== failed)
              logger.error({ err: error }, 'counting of open periods stopped, and is tried again');
            failed = message;
          }
          await sleep(failed === '' ? PAUSE_MS : RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      });
    },
    close: async () => {
      await stop();
      await open.close();
    },
  };
}

import type { FastifyBaseLogger } from 'fastify';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { eventLakeOf } from '../config/lake-folder.ts';
import type { Clock } from '../core/time/time.ts';
import type { CounterMessage, CounterRequest, Port } from '../live/counter-messages.ts';
import { showCounting } from '../live/live-telemetry.ts';
import { RemoteCounter } from '../live/remote-counter.ts';
import type { LiveNumbers } from '../read/live.ts';
import { keepRunning } from './keep-running.ts';

/** The pause before a thread that ended by itself is started again, in ms. */
const RETRY_MS = 2_000;
/** How long a thread may take to end, in ms. */
const END_MS = 5_000;

export interface LiveParts {
  readonly config: Pick<Config, 'warehouse' | 'liveRows' | 'eventLog' | 'geo'>;
  readonly clock: Clock;
  readonly logger: Pick<FastifyBaseLogger, 'error'>;
}

/** What the thread that counts is started with. */
export interface LiveThread extends Pick<Config, 'eventLog' | 'geo'> {
  /** The lake's folder. */
  readonly lake: string;
  /** How many views may be held. */
  readonly maxRows: number;
}

/** The counting of open periods. */
export interface Live {
  readonly numbers: LiveNumbers;
  /**
   * Begins to count.
   * @param onChange is called when numbers may have changed
   */
  start(registry: Registry, onChange: () => void): void;
  close(): Promise<void>;
}

/**
 * Makes the counting of open periods. It has a thread of its own, so that requests don't wait for it. Nothing is counted
 * before it is started.
 * @returns undefined if it is turned off, or the lake isn't on this machine
 */
export function makeLive({ config, clock, logger }: LiveParts): Live | undefined {
  const { eventLog, geo, liveRows: maxRows } = config;
  const lake = eventLakeOf(config);
  if (lake === undefined || maxRows === 0) return undefined;
  let onChange: () => void = () => undefined;
  let stop = (): Promise<void> => Promise.resolve();
  const onFailure = (error: Error): void =>
    logger.error({ err: error }, 'counting of open periods stopped, and is tried again');
  const counter = new RemoteCounter({ onChange: () => onChange(), onFailure });
  return {
    numbers: counter,
    start: (registry, changed) => {
      onChange = changed;
      showCounting(registry, counter, () => clock.now());
      stop = keepRunning(async (signal) => {
        let failed = '';
        while (!signal.aborted) {
          try {
            await runThread({ lake, eventLog, geo, maxRows }, counter, signal);
          } catch (error) {
            const { message } = error as Error;
            // The same failure again and again is logged once.
            if (message !== failed) onFailure(error as Error);
            failed = message;
          }
          await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      });
    },
    close: () => stop(),
  };
}

/** Runs a thread that counts, until the signal is aborted. @throws Error if it ends before */
async function runThread(start: LiveThread, counter: RemoteCounter, signal: AbortSignal): Promise<void> {
  const worker = new Worker(new URL('./live-thread.js', import.meta.url), { workerData: start });
  const port: Port<CounterRequest, CounterMessage> = worker;
  counter.connect(port);
  const end = (): void => {
    port.postMessage({ end: true });
    setTimeout(() => void worker.terminate(), END_MS).unref();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    // `once` rejects with what the thread failed of.
    const [code] = (await once(worker, 'exit')) as [number];
    if (!signal.aborted) throw new Error(`the thread that counts ended with ${code}`);
  } finally {
    signal.removeEventListener('abort', end);
    counter.disconnect();
  }
}

import type { FastifyBaseLogger } from 'fastify';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { timeLimitOf } from '../core/abort.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/time/time.ts';
import type { CountryReader } from '../define/country.ts';
import { hourText } from '../raw/hours.ts';
import { openRawSources, openRefiner } from '../refine/open-refiner.ts';
import { RefineTelemetry } from '../refine/refine-telemetry.ts';
import type { Refined } from '../refine/refiner.ts';
import { standardRules } from '../refine/standard-rules.ts';
import { keepRunning } from './keep-running.ts';

/** The pause between two rounds, in ms: rows come into an hour all the time, and each round makes it as a whole. */
const PAUSE_MS = 5_000;
/** The pause is at least so many times as long as the round took, so that refining leaves the machine to others. */
const REST = 10;

export interface ServeRefinerParts {
  /** The lake's folder. */
  readonly lake: string;
  readonly config: Pick<Config, 'leaseWaitMs'>;
  readonly countries: CountryReader | undefined;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  /** Gets the metrics of refining. */
  readonly registry: Registry;
}

/**
 * Refines what is loaded, beside a gateway that collects, until it is stopped. An error is logged and tried again.
 * @returns a function that stops it and waits for the hour that is under way
 */
export function startRefiner(parts: ServeRefinerParts): () => Promise<void> {
  return keepRunning((signal) => keepRefining(parts, signal));
}

async function keepRefining(
  { lake, config, countries, clock, logger, registry }: ServeRefinerParts,
  signal: AbortSignal,
): Promise<void> {
  const telemetry = new RefineTelemetry(registry, () => clock.now());
  const rules = standardRules(countries);
  const raw = openRawSources(lake);
  const holder = `kraken serve --collect, refining (process ${process.pid} on ${hostname()})`;
  const told = new Set<string>();
  let seen = '';
  while (!signal.aborted) {
    const begun = performance.now();
    try {
      const manifests = await Promise.all([raw.pageview.manifest(), raw.webrequest.manifest()]);
      // A commit of the loader that changed nothing but the watermark closes hours.
      const now = JSON.stringify(manifests.map((manifest) => [manifest?.commits, manifest?.watermarkMs]));
      if (manifests.some(Boolean) && now !== seen) {
        const limit = timeLimitOf(signal, config.leaseWaitMs);
        const open = await openRefiner({ lake, rules, raw, holder, signal: limit.signal, clock }).finally(
          () => limit.end(),
        );
        try {
          const refined = await open.refiner.run({ again: false, ignoresLoss: false, signal });
          telemetry.round(refined);
          tellOfLoss(refined, told, logger);
        } finally {
          await open.close();
        }
        if (!signal.aborted) seen = now;
      }
    } catch (error) {
      if (signal.aborted) return;
      telemetry.failed();
      logger.error({ err: error }, 'refining failed, and is tried again');
    }
    const pause = Math.max(PAUSE_MS, (performance.now() - begun) * REST);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

function tellOfLoss({ closing: { held } }: Refined, told: Set<string>, logger: FastifyBaseLogger): void {
  if (!held) return;
  const hour = hourText(held.hour);
  if (told.has(`${hour} ${held.source}`)) return;
  told.add(`${hour} ${held.source}`);
  const { expected, missing } = held.loss;
  logger.error(
    { hour, stream: held.source, expected, missing },
    'an hour and those after it stay open, because too many of its requests were lost: kraken refine --ignore-loss closes them',
  );
}

import { once } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { sampleCommand } from './cli/load-sample.ts';
import type { Config } from './config/config.ts';
import { makeCatalogue } from './core/metric/catalogue.ts';
import { hasEventLog, openSeriesStore, openWarehouse } from './config/engines.ts';
import { openCountries } from './setup/countries.ts';
import { datasetFolders } from './setup/dataset-folders.ts';
import { isForPeople, loggerFor } from './setup/logger.ts';
import { openGatewayLog } from './setup/open-gateway-log.ts';
import { addressOf, listen } from './setup/listen.ts';
import { startCrew } from './setup/start-crew.ts';
import { type Live, makeLive } from './setup/start-live.ts';
import type { Crew } from './workers/crew.ts';
import { METRICS } from './metrics/index.ts';

/**
 * Runs the gateway, in one process or as the primary of several workers, until SIGTERM or SIGINT. Then it finishes the
 * running requests and ends the process. SIGHUP restarts workers, one after the other.
 * After SIGTERM it still takes new requests for a while, so that proxies can notice that it isn't ready.
 * @throws CatalogueError, EngineError, or an Error for a port that can't be used, before anything is served
 */
export async function serve(config: Config, options: { sample: boolean }): Promise<void> {
  const catalogue = makeCatalogue(METRICS);
  const logger = await loggerFor(config);
  const datasets = datasetFolders(config, options.sample);
  const isBesideLog = config.collect || hasEventLog(config.eventLog);
  const countries = isBesideLog ? await openCountries(config) : undefined;
  if (options.sample) await sampleCommand(config);
  // Not `once`: a second Ctrl-C, or both signals, must not end the process before running requests finish.
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    process.on('SIGTERM', resolve).on('SIGINT', resolve);
  });
  const interrupted = once(process, 'SIGINT');
  // A gateway that loads what it collects also publishes its numbers.
  const store = await openSeriesStore(config.series, { readOnly: !(config.collect && config.load) });
  const warehouse = await openWarehouse(config.warehouse, { keepDays: config.correctionsDays }).catch(
    async (error: unknown) => {
      await store.close();
      throw error;
    },
  );
  const holder = `kraken serve (process ${process.pid} on ${hostname()})`;
  const { log, eventLog } = await openGatewayLog(config, holder).catch(async (error: unknown) => {
    await Promise.all([store.close(), warehouse.close()]);
    throw error;
  });
  // GraphQL's library checks each value for a second copy of itself, unless this is set before it is imported.
  process.env['NODE_ENV'] ??= 'production';
  // Imported late, because it takes a second on a slow machine: wrong settings are reported before that.
  const { buildApp } = await import('./app.ts');
  const parts = { config, catalogue, store, warehouse, clock: Date, logger, datasets };
  const live = log && makeLive({ config, clock: Date, logger });
  const logs = { ...(log && { log }), ...(eventLog && { eventLog }) };
  const crew = await crewFor(config, live, logger);
  const app = await buildApp({ ...parts, ...logs, live: live?.numbers, workers: crew });
  const { registry, streams, road } = app;
  if (crew) process.on('SIGHUP', () => void crew.restart());
  let stopEvents: (() => Promise<void>) | undefined;
  let hasFinished = true;
  try {
    if (!crew) await listen(app.api, config.host, config.port, '--port');
    if (config.adminPort !== 'off') await listen(app.admin, config.host, config.adminPort, '--admin-port');
    if (app.collect && config.collectPort !== 'api')
      await listen(app.collect, config.host, config.collectPort, '--collect-port');
    const collect = config.collect ? { collect: addressOf(app.collect ?? app.api) } : {};
    const owned = { config, road, registry, folders: datasets, datasets: app.datasets, counts: !!live };
    const api = crew ? await startCrew(crew, owned) : addressOf(app.api);
    const shared = crew && { workers: config.workers };
    logger.info({ api, admin: addressOf(app.admin), ...collect, ...shared }, 'serving');
    live?.start(registry, () => {
      road.watch.changes.changed();
      crew?.tell({ counter: { held: 0, counting: live.numbers.counting } });
    });
    if (eventLog && streams) {
      const { startEvents } = await import('./setup/serve-events.ts');
      stopEvents = startEvents({
        config,
        log: eventLog,
        streams,
        warehouse,
        store,
        metrics: METRICS,
        served: () => road.catalogue.metrics,
        countries,
        clock: Date,
        logger,
        registry,
      });
    }
    if (isForPeople(config)) {
      const what = options.sample ? 'the sample data on ' : 'on ';
      process.stdout.write(`Kraken serves ${what}${api} (stop it with Ctrl-C).\n`);
    }

    const failed = crew?.failed.catch((error: unknown) => {
      logger.error({ err: error }, 'stopping, because workers can not be replaced');
      throw error;
    });
    const signal = await Promise.race(failed ? [stopped, failed] : [stopped]);
    logger.info({ signal }, 'stopping');
    app.drain();
    crew?.tell({ drain: true });
    // Proxies poll /readyz and send requests until they have seen it fail. Ctrl-C comes from a person,
    // who has no proxy.
    if (signal === 'SIGTERM') await Promise.race([sleep(config.graceMs), interrupted]);
    // Requests that are still running after the drain time are dropped; no data is lost.
    setTimeout(() => process.exit(1), config.drainMs).unref();
  } finally {
    // The operators' port answers as long as workers finish requests.
    hasFinished = (await crew?.end()) ?? true;
    await app.close();
    await Promise.all([stopEvents?.(), live?.close()]);
    await Promise.all([store.close(), warehouse.close(), log?.close()]);
  }
  logger.info({}, 'stopped');
  process.exit(hasFinished ? 0 : 1);
}

/** Returns the workers of a gateway, before they are started; undefined if one process does everything. */
async function crewFor(
  { workers, graceMs }: Config,
  live: Live | undefined,
  logger: Logger,
): Promise<Crew | undefined> {
  if (workers === 1) return undefined;
  const { Crew } = await import('./workers/crew.ts');
  const program = fileURLToPath(new URL('./worker.js', import.meta.url));
  return new Crew({ program, count: workers, graceMs, live: live?.numbers, logger });
}

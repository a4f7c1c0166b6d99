import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleCommand } from './cli/load-sample.ts';
import type { Config } from './config/config.ts';
import { makeCatalogue } from './core/metric/catalogue.ts';
import { hasEventLog, openSeriesStore, openWarehouse } from './config/engines.ts';
import { openCountries } from './setup/countries.ts';
import { datasetFolders } from './setup/dataset-folders.ts';
import { isForPeople, loggerFor } from './setup/logger.ts';
import { openGatewayLog } from './setup/open-gateway-log.ts';
import { makeLive } from './setup/start-live.ts';
import { METRICS } from './metrics/index.ts';

/**
 * Runs the gateway until SIGTERM or SIGINT. Then it finishes the running requests and ends the process.
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
  const app = await buildApp({ ...parts, ...logs, live: live?.numbers });
  const { registry, streams } = app;
  let stopEvents: (() => Promise<void>) | undefined;
  try {
    await listen(app.api, config.host, config.port, '--port');
    if (config.adminPort !== 'off') await listen(app.admin, config.host, config.adminPort, '--admin-port');
    if (app.collect && config.collectPort !== 'api')
      await listen(app.collect, config.host, config.collectPort, '--collect-port');
    const collect = config.collect ? { collect: addressOf(app.collect ?? app.api) } : {};
    logger.info({ api: addressOf(app.api), admin: addressOf(app.admin), ...collect }, 'serving');
    live?.start(registry, () => app.road.watch.changes.changed());
    if (eventLog && streams) {
      const { startEvents } = await import('./setup/serve-events.ts');
      stopEvents = startEvents({
        config,
        log: eventLog,
        streams,
        warehouse,
        store,
        metrics: METRICS,
        served: () => app.road.catalogue.metrics,
        countries,
        clock: Date,
        logger,
        registry,
      });
    }
    if (isForPeople(config)) {
      const what = options.sample ? 'the sample data on ' : 'on ';
      process.stdout.write(`Kraken serves ${what}${addressOf(app.api)} (stop it with Ctrl-C).\n`);
    }

    const signal = await stopped;
    logger.info({ signal }, 'stopping');
    app.drain();
    // Proxies poll /readyz and send requests until they have seen it fail. Ctrl-C comes from a person,
    // who has no proxy.
    if (signal === 'SIGTERM') await Promise.race([sleep(config.graceMs), interrupted]);
    // Requests that are still running after the drain time are dropped; no data is lost.
    setTimeout(() => process.exit(1), config.drainMs).unref();
  } finally {
    await app.close();
    await Promise.all([stopEvents?.(), live?.close()]);
    await Promise.all([store.close(), warehouse.close(), log?.close()]);
  }
  logger.info({}, 'stopped');
  process.exit(0);
}

/** Starts to listen. @throws Error that says in a sentence why it can't listen on the port */
async function listen(server: FastifyInstance, host: string, port: number, flag: string): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? `port ${port} of ${host} is in use` : message;
    const isHost = code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL';
    const way = `choose another ${isHost ? 'host with --host' : `port with ${flag}`}`;
    throw new Error(`can't listen: ${reason}; ${way}.`, { cause: error });
  }
}

/** Returns the URL on which a server listens; undefined if it doesn't listen. */
function addressOf(server: { server: { address(): AddressInfo | string | null } }): string | undefined {
  const address = server.server.address();
  if (address === null || typeof address === 'string') return undefined;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

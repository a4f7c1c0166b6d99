import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { sampleCommand } from './commands.ts';
import type { Config } from './config.ts';
import { makeCatalogue } from './core/catalogue.ts';
import { openSeriesStore, openWarehouse } from './engines.ts';
import { METRICS } from './metrics/index.ts';

/**
 * Runs the gateway until SIGTERM or SIGINT.
 * @throws CatalogueError, EngineError and the errors of listening, before anything is served
 */
export async function serve(config: Config, options: { sample: boolean }): Promise<void> {
  const catalogue = makeCatalogue(METRICS);
  const logger = pino({ level: config.logLevel });
  if (options.sample) await sampleCommand(config);
  const [store, warehouse] = await Promise.all([
    openSeriesStore(config.series, { readOnly: true }),
    openWarehouse(config.warehouse),
  ]);
  const app = await buildApp({ config, catalogue, store, warehouse, clock: Date, logger });

  await app.api.listen({ host: config.host, port: config.port });
  if (config.adminPort !== 'off') await app.admin.listen({ host: config.host, port: config.adminPort });
  logger.info({ api: addressOf(app.api), admin: addressOf(app.admin) }, 'serving');

  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    app.drain();
    // Whoever still has requests under way when the time is over loses them; nothing of ours is lost.
    setTimeout(() => process.exit(1), config.drainMs).unref();
    await app.close();
    await Promise.all([store.close(), warehouse.close()]);
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

/** Where a server listens, as a URL; undefined when it doesn't. */
function addressOf(server: { server: { address(): AddressInfo | string | null } }): string | undefined {
  const address = server.server.address();
  if (address === null || typeof address === 'string') return undefined;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildApp } from './app.ts';
import { openSeriesStore, openWarehouse } from './config/engines.ts';
import { VERSION } from './config/version.ts';
import { makeCatalogue } from './core/metric/catalogue.ts';
import type { CounterMessage, CounterRequest, Port } from './live/counter-messages.ts';
import { RemoteCounter } from './live/remote-counter.ts';
import { METRICS } from './metrics/index.ts';
import { FollowedDatasets } from './setup/followed-datasets.ts';
import { addressOf, listen } from './setup/listen.ts';
import { loggerFor } from './setup/logger.ts';
import { openGatewayLog } from './setup/open-gateway-log.ts';
import type { FromWorker, Start, ToWorker } from './workers/messages.ts';

/* A worker of a gateway: it answers requests, and does what the primary tells it. It ends with the primary. */

/** How much longer than idle connections are kept an old worker waits for them, in ms. */
const CLOSING_MS = 1000;

// Terminals and systemd signal all processes; the primary says what is to be done.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const say = (message: FromWorker): void => void process.send?.(message);
const counterTakers: ((message: CounterMessage) => void)[] = [];
const counterPort: Port<CounterRequest, CounterMessage> = {
  postMessage: (counter) => say({ counter }),
  on: (_, take) => counterTakers.push(take),
};
/** What is told while this worker starts waits until it serves. */
const waiting: ToWorker[] = [];
let obey = (message: ToWorker): void => void waiting.push(message);

process.on('message', (message: ToWorker) => {
  if ('counter' in message) for (const take of counterTakers) take(message.counter);
  else if (!('start' in message)) obey(message);
  else
    serve(message.start).catch((error: unknown) => {
      const failed = error instanceof Error ? error.message : String(error);
      process.send?.({ failed } satisfies FromWorker, () => process.exit(1));
    });
});

// Before this module was loaded, `cluster` had taken all messages and given them to nobody.
say({ hears: true });

async function serve({ version, config, revisions, folders, datasets, counts }: Start): Promise<void> {
  if (version !== VERSION)
    throw new Error(
      `the code on disk is Kraken ${VERSION}, and ${version} is running: restart the whole gateway`,
    );
  const logger = await loggerFor(config);
  const store = await openSeriesStore(config.series, { readOnly: true });
  const warehouse = await openWarehouse(config.warehouse);
  const { log } = await openGatewayLog({ ...config, collect: false }, 'a worker');
  const catalogue = makeCatalogue(METRICS);
  let onCount = (): void => undefined;
  const numbers = counts
    ? new RemoteCounter({ onChange: () => onCount(), onFailure: () => undefined })
    : undefined;
  numbers?.connect(counterPort);
  const parts = { config, catalogue, store, warehouse, clock: Date, logger, datasets: [], isWorker: true };
  const app = await buildApp({ ...parts, ...(log && { log }), live: numbers });
  const { road } = app;
  onCount = () => road.watch.changes.changed();
  const followed = new FollowedDatasets({ config, folders, builtIn: METRICS, road, warehouse, logger });
  await road.watch.told(revisions);
  if (datasets) await followed.follow(datasets);
  await listen(app.api, config.host, config.port, '--port');

  let isEnding = false;
  /** Finishes the running requests and ends this process. */
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => process.exit(1), config.drainMs).unref();
    followed.stop();
    await app.close();
    await Promise.all([store.close(), warehouse.close(), log?.close()]);
    const found = await app.registry.getMetricsAsJSON();
    process.send?.({ metrics: 0, found } satisfies FromWorker, () => process.exit(0));
  };
  const leave = async (): Promise<void> => {
    app.drain();
    await Promise.race([withoutConnections(app.api), sleep(app.api.server.keepAliveTimeout + CLOSING_MS)]);
    await end();
  };
  const tellMetrics = async (metrics: number): Promise<void> =>
    say({ metrics, found: await app.registry.getMetricsAsJSON() });
  /** Data sets wait until their rows were seen. */
  let looked = Promise.resolve();
  obey = (message) => {
    if ('look' in message) looked = road.watch.told(message.look);
    else if ('datasets' in message) void looked.then(() => followed.follow(message.datasets));
    else if ('metrics' in message) void tellMetrics(message.metrics);
    else if ('drain' in message) app.drain();
    else if ('leave' in message) void leave();
    else if ('end' in message) void end();
  };
  for (const message of waiting.splice(0)) obey(message);
  say({ serving: addressOf(app.api) as string });
}

/**
 * Takes no more connections, and resolves when there are none left. Each ends by its next answer, or by itself when it
 * was idle for as long as its client was told (`Keep-Alive: timeout=…`): closing an idle one could meet its next request.
 */
async function withoutConnections({ server }: FastifyInstance): Promise<void> {
  const closed = once(server, 'close');
  // The one of node:http would also close idle connections.
  Server.prototype.close.call(server);
  await closed;
}

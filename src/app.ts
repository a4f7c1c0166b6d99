import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

import { buildAdmin } from './api/http/admin.ts';
import { Admission } from './api/http/admission.ts';
import { registerCatalogue } from './api/catalogue/catalogue-routes.ts';
import { Compressor } from './api/http/conditional.ts';
import { registerDownloads } from './api/downloads/downloads-routes.ts';
import { registerGrafana } from './api/grafana/routes.ts';
import { registerGraphql } from './api/graphql/server.ts';
import { registerLimn } from './api/limn/routes.ts';
import { registerMcp } from './api/mcp/mcp-routes.ts';
import { registerMetrics } from './api/rest/metrics.ts';
import { registerCorrections } from './api/corrections/corrections-routes.ts';
import { registerQuery } from './api/query/query-routes.ts';
import { registerStream } from './api/stream/stream-routes.ts';
import { buildServer } from './api/server.ts';
import { Telemetry } from './api/http/telemetry.ts';
import { registerValues } from './api/catalogue/values-routes.ts';
import { collectPaths } from './collect/http/openapi.ts';
import { closeServer } from './setup/close-server.ts';
import { buildCollect, refusesSite } from './setup/build-collect.ts';
import { buildListeners } from './setup/build-listeners.ts';
import { trustedDocuments } from './setup/trusted-documents.ts';
import { buildRoad } from './setup/build-road.ts';
import type { Config } from './config/config.ts';
import type { Catalogue } from './core/metric/catalogue.ts';
import type { Clock } from './core/time/time.ts';
import type { Built } from './datasets/built.ts';
import { buildDownloads } from './setup/build-downloads.ts';
import { registerDiscovery } from './discovery/discovery-routes.ts';
import { datasetFolders } from './setup/dataset-folders.ts';
import { liveDatasets } from './setup/live-datasets.ts';
import { pageviewsAggregate } from './metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from './metrics/pageviews-per-article.ts';
import { liveNotices } from './live/live-notices.ts';
import { Now } from './now/now.ts';
import type { LiveNumbers } from './read/live.ts';
import type { Road } from './read/road.ts';
import type { EventLog, EventLogReader } from './log/event-log.ts';
import { listedPages } from './web/listed-pages.ts';
import { registerPages } from './web/routes.ts';
import type { Stream } from './streams/stream.ts';
import type { SeriesStore } from './stores/series-store.ts';
import type { Warehouse } from './warehouses/warehouse.ts';
import { shareOf } from './workers/share.ts';
import type { Workers } from './workers/workers.ts';

/** The parts of a gateway, provided by the code that starts it. */
export interface AppParts {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  /** Folders of data sets; by default the one of the setting. */
  readonly datasets?: readonly string[];
  /** Where events go; undefined where none are collected. */
  readonly eventLog?: EventLog;
  /** The log of the events that come in, here or elsewhere; undefined where there is none. */
  readonly log?: EventLogReader;
  /** The numbers of open periods, where events are counted while they come in. */
  readonly live?: LiveNumbers | undefined;
  /** The workers, where others than this process answer requests. */
  readonly workers?: Workers | undefined;
  /** Whether this is one of several workers: it has a share of the caches, and is told by the primary when data change. */
  readonly isWorker?: boolean;
}

export interface App {
  /** The API. */
  readonly api: FastifyInstance;
  /** The operators' port. */
  readonly admin: FastifyInstance;
  /** Where events are collected, if that has a port of its own. */
  readonly collect: FastifyInstance | undefined;
  /** The streams that events are collected for, as they are now; undefined where none are collected. */
  readonly streams: (() => ReadonlyMap<string, Stream>) | undefined;
  readonly road: Road;
  /** Gets the metrics of what runs beside the gateway. */
  readonly registry: Registry;
  /** The names of the published data sets; undefined before the first are. */
  readonly datasets: () => readonly string[] | undefined;
  /**
   * Makes `/readyz` fail, so that proxies send no new requests, and ends connections with their next answer. Requests
   * are answered as before.
   */
  drain(): void;
  /** Waits for running requests and stops listening. The engines stay open: their opener closes them. */
  close(): Promise<void>;
}

const MIB = 1024 * 1024;
/** How long a start waits for data sets, in ms. Their import continues after that. */
const DATASETS_WAIT_MS = 10_000;

/** Builds the gateway by hand: each part gets what it needs as an argument, without a container. */
export async function buildApp({
  config,
  catalogue,
  store,
  warehouse,
  clock,
  logger,
  datasets = datasetFolders(config),
  eventLog,
  log = eventLog,
  live: liveNumbers,
  workers,
  isWorker = false,
}: AppParts): Promise<App> {
  const own = isWorker ? shareOf(config, config.workers) : config;
  const { road, watch, cells, answers } = buildRoad({
    config: own,
    catalogue,
    store,
    warehouse,
    clock,
    live: liveNumbers,
    isTold: isWorker,
    onEngineChange: (engine, error) =>
      error
        ? logger.error({ engine, reason: error.message }, `the ${engine} does not answer`)
        : logger.info({ engine }, `the ${engine} answers again`),
  });
  // Half of the memory is for rendered answers, a quarter for their compressed copies, a quarter for those of GraphQL.
  const answerBytes = (own.answerCacheMb * MIB) / 4;
  const compressor = new Compressor(answerBytes);
  let draining = false;
  const ready = (): boolean =>
    !draining && watch.ready && (collect?.ready ?? true) && (workers?.ready ?? true);
  const live = liveDatasets({
    config,
    folders: datasets,
    builtIn: catalogue.metrics,
    road,
    warehouse,
    logger,
  });
  const admission = new Admission({ all: own.maxRequests, perClient: own.maxRequestsPerClient });
  const telemetry = new Telemetry({
    admission,
    cells,
    answers,
    ready,
    datasets: () => ({
      published: live.built?.published.length ?? 0,
      mistakes: live.built?.mistakes.length ?? 0,
    }),
  });

  const serverOptions = {
    logger,
    telemetry,
    maxBodyBytes: config.maxBodyKb * 1024,
    admission,
    trustedProxies: config.trustedProxies,
  };
  const server = buildServer(serverOptions);
  const api = server.app;
  const { registry } = telemetry;
  const collect = eventLog && buildCollect({ config, log: eventLog, road, clock, logger, registry });
  const collectServer = collect && config.collectPort !== 'api' ? buildServer(serverOptions) : undefined;
  await collect?.register(collectServer ?? server, compressor);
  const listening = buildListeners({ config: own, road, clock, random: Math.random, logger, registry });
  const { listeners, feeds } = listening;
  registerMetrics(server, { road, compressor, listeners });
  registerQuery(api, { road, compressor, listeners });
  registerStream(api, { road, listeners });
  const baseUrl = config.publicUrl === 'auto' ? undefined : config.publicUrl;
  registerValues(api, { road, compressor });
  registerCorrections(api, { road, compressor, baseUrl });
  const downloads = buildDownloads({ config, road, warehouse, clock });
  registerDownloads(api, { road, downloads, compressor, baseUrl });
  registerGrafana(api, { road, compressor });
  registerLimn(api, { road, compressor, baseUrl });
  const metrics = { projects: pageviewsAggregate, pages: pageviewsPerArticle };
  const now = log && new Now({ log, live: liveNumbers, metrics, clock });
  const refuses = refusesSite(config, road);
  const pages = registerPages(api, {
    road,
    downloads,
    compressor,
    clock,
    baseUrl,
    now: now && { look: () => now.look(), pages: metrics.pages },
    mayCome: (site) => liveNumbers !== undefined && refuses(site) === undefined,
    limits: {
      points: config.points,
      requestsPerClient: config.maxRequestsPerClient,
      bodyKb: config.maxBodyKb,
      graphqlDepth: config.graphqlDepth,
      graphqlBatch: config.graphqlBatch,
      readDeadlineMs: config.readDeadlineMs,
      queryDeadlineMs: config.queryDeadlineMs,
    },
  });
  registerMcp(api, { road, baseUrl });
  registerDiscovery(api, {
    road,
    downloads,
    compressor,
    clock,
    baseUrl,
    contact: config.contact === 'none' ? undefined : config.contact,
    pages: () => listedPages(road),
  });
  const collecting = collect && !collectServer ? collectPaths() : {};
  registerCatalogue(api, { road, compressor, baseUrl, pages, collecting });
  const { graphqlDepth: maxDepth, graphqlBatch: maxBatch } = config;
  const trusted = await trustedDocuments(config);
  await registerGraphql(server, { road, maxDepth, maxBatch, answerBytes, trusted, listeners, feeds });
  const notices = (): string[] => [
    ...liveNotices(liveNumbers?.counting, clock.now()),
    ...(workers?.notices() ?? []),
  ];
  const metricsText = (): Promise<string> => (workers ? workers.metrics(registry) : registry.metrics());
  const admin = buildAdmin({ ready, notices, metrics: metricsText });

  await watch.start();
  await collect?.start();
  if (datasets.length > 0) await live.start(DATASETS_WAIT_MS);
  return {
    api,
    admin,
    collect: collectServer?.app,
    streams: collect?.streams,
    road,
    registry,
    datasets: () => live.built && namesOfDatasets(live.built),
    drain: () => {
      draining = true;
      for (const one of [server, collectServer]) one?.drain();
      listeners.drain();
    },
    close: async () => {
      watch.stop();
      now?.close();
      listening.close();
      await live.stop();
      // /readyz is answered as long as requests are running.
      await Promise.all([api, collectServer?.app].map((app) => app && closeServer(app)));
      await collect?.close();
      await closeServer(admin);
    },
  };
}

function namesOfDatasets({ published }: Built): string[] {
  return published.filter(({ kind }) => kind === 'dataset').map(({ name }) => name);
}

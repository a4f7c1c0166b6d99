import type { FastifyInstance, FastifyRequest } from 'fastify';
import { filledPath } from '../../core/metric/path-parameters.ts';
import { Problem, unlessProblem } from '../../core/problem.ts';
import type { Rendered } from '../../read/answer-cache.ts';
import type { Road } from '../../read/road.ts';
import type { Compressor } from '../http/conditional.ts';
import { documentOf } from '../http/documents.ts';
import { goneSignal, sendRendered } from '../http/send.ts';
import { datafile, DATAFILES_ROUTE, noSuch } from './datafiles.ts';
import { datasourceOf, type Datasource } from './datasource.ts';
import { graphOfQuestion, limnDashboard, limnGraph } from './graph.ts';
import { isSourceId, sourceIdOf } from './source-id.ts';

export interface LimnOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  /** The public address of the API; undefined if it isn't known. */
  readonly baseUrl: string | undefined;
}

/**
 * Registers the files that Limn reads: dashboards, graphs, datasources and datafiles. They are under `/limn`
 * for a Limn elsewhere, and at the root, as on Limn's own server, for a Limn on Kraken's origin.
 */
export function registerLimn(app: FastifyInstance, { road, compressor, baseUrl }: LimnOptions): void {
  const get = (
    url: string,
    answer: (request: FastifyRequest, id: string) => Rendered | Promise<Rendered>,
  ): void => {
    app.route<{ Params: { id?: string } }>({
      method: ['GET', 'HEAD'],
      url,
      handler: async (request, reply) =>
        sendRendered(request, reply, await answer(request, request.params.id ?? ''), compressor),
    });
  };

  // Limn reads a datasource's URL from its own origin if it starts with a slash. It sends any other URL
  // through the proxy of its own server.
  const mounts = [
    { mount: '/limn', files: `${baseUrl ?? ''}/limn/data/datafiles` },
    { mount: '', files: '/data/datafiles' },
  ];
  for (const { mount, files } of mounts) {
    get(`${mount}/dashboards.json`, (request) =>
      document([...road.catalogue.dashboards.values()].map(limnDashboard), request),
    );
    get(`${mount}/graphs.json`, (request) =>
      document(
        [...road.catalogue.graphs.values()].flatMap(
          (graph) =>
            // A graph with a mistake is left out, because Limn would stop at it.
            unlessProblem(() => limnGraph(road.catalogue, graph)) ?? [],
        ),
        request,
      ),
    );
    get(`${mount}/datasources/all`, (request) => document(allDatasources(road, files), request));
    get(`${mount}/dashboards/:id.json`, (request, id) => {
      const dashboard = road.catalogue.dashboards.get(id);
      if (!dashboard) throw noSuch('dashboard', id, road.catalogue.dashboards.keys());
      return document(limnDashboard(dashboard), request);
    });
    get(`${mount}/graphs/:id.json`, (request, id) => {
      const { catalogue } = road;
      const graph = catalogue.graphs.get(id);
      if (!graph && !isSourceId(id)) throw noSuch('graph', id, catalogue.graphs.keys());
      return document(limnGraph(catalogue, graph ?? graphOfQuestion(catalogue, id)), request);
    });
    get(`${mount}/datasources/:id.json`, (request, id) => {
      if (!isSourceId(id)) throw new Problem('no-route', `There is no datasource ${id}.`);
      return document(datasourceOf(road, id, files), request);
    });
  }
  get(DATAFILES_ROUTE, (request) => datafile(road, request.originalUrl, goneSignal(request)));
}

/** Returns the datasources of all graphs and of all metrics' examples, by their ids, if they have numbers. */
function allDatasources(road: Road, files: string): Record<string, Datasource> {
  const { catalogue } = road;
  const drawn = [...catalogue.graphs.values()].flatMap(({ data }) => data.map(({ path }) => path));
  const examples = catalogue.metrics.flatMap((metric) =>
    metric.examples.map((example) => filledPath(metric, example)),
  );
  const ids = new Set([...drawn, ...examples].map(sourceIdOf));
  return Object.fromEntries(
    [...ids].flatMap((id) => {
      const datasource = unlessProblem(() => datasourceOf(road, id, files));
      return datasource ? [[id, datasource]] : [];
    }),
  );
}

/** Renders JSON. `?pretty` indents it by four spaces, as on Limn's own server. */
function document(json: object, { originalUrl }: Pick<FastifyRequest, 'originalUrl'>): Rendered {
  return documentOf(json, /[?&]pretty(?:[&=]|$)/.test(originalUrl) ? 4 : 0);
}

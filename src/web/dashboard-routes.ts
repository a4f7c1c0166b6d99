import type { FastifyInstance, FastifyRequest } from 'fastify';
import { goneSignal } from '../api/http/send.ts';
import type { Graph } from '../core/metric/dashboard.ts';
import type { Clock } from '../core/time/time.ts';
import { unlessProblem } from '../core/problem.ts';
import { EngineError } from '../core/engine-error.ts';
import { nearest } from '../core/value/nearest.ts';
import { firstMeasure } from '../formats/chart/chart.ts';
import type { Road } from '../read/road.ts';
import type { MayCome } from './awaited.ts';
import { figureOf } from './figure.ts';
import { html, type Html } from './html.ts';
import { liveCounter, waitingCounter } from './live-counter.ts';
import { awaitedQuestion, type LiveQuestion, liveQuestion, urlOfLive } from './live-question.ts';
import { dashboardPage, dashboardsPage, graphPage, sitePage } from './pages/dashboards.ts';
import type { LivePart } from './live-part.ts';
import { noPage } from './pages/no-page.ts';
import type { SendPage } from './send-page.ts';
import { graphsOf, livePathsOf, sitesOf } from './site-dashboard.ts';
import { withTimeLimit } from './within.ts';

export interface DashboardsOptions {
  readonly road: Road;
  readonly send: SendPage;
  readonly clock: Clock;
  /** Whether events are collected, of which `/now` tells. */
  readonly collects: boolean;
  readonly mayCome: MayCome;
}

type Once = string | readonly string[];

interface Named {
  readonly Params: { readonly id: string };
  readonly Querystring: { readonly tab?: Once; readonly live?: Once };
}

interface Site {
  readonly Params: { readonly site: string };
  readonly Querystring: { readonly live?: Once };
}

/**
 * Registers `/dashboards`, `/sites` and `/graphs`, which show the dashboards of data owners from the same data that
 * Limn gets. Each graph has its own budget and time limit, so that a failure affects no other graph.
 */
export function registerDashboards(
  app: FastifyInstance,
  { road, send, clock, collects, mayCome }: DashboardsOptions,
): void {
  const draw = (graph: Graph, request: FastifyRequest, isLive: boolean): Promise<Html> =>
    withTimeLimit(
      goneSignal(request),
      (timeLimit) =>
        figureOf(
          road,
          graph.data,
          { title: graph.title, ...scaleOf(graph), ...(isLive && { live: clock }) },
          timeLimit,
        ),
      (sentence) => html`<p class="note">${sentence}</p>`,
    );
  /** The switch and the counter of a page that shows some questions. */
  const liveOf = async (
    paths: readonly string[],
    request: FastifyRequest,
    isAlwaysOn = false,
  ): Promise<LivePart | undefined> => {
    const found = liveAmong(road, paths, clock);
    if (!found) return undefined;
    const isOn = isAlwaysOn || wantsLive(request);
    return { isOn, url: request.originalUrl, counter: isOn && (await drawCounter(found, request)) };
  };
  /** The counter of a site of which no view has come yet. */
  const awaitedOf = (
    paths: readonly string[],
    { originalUrl: url }: FastifyRequest,
  ): LivePart | undefined => {
    for (const path of paths) {
      const awaited = awaitedQuestion(road, path, clock, mayCome);
      if (awaited) return { isOn: true, url, counter: waitingCounter(awaited) };
    }
    return undefined;
  };
  const drawCounter = (question: LiveQuestion, request: FastifyRequest): Promise<Html> =>
    withTimeLimit(
      goneSignal(request),
      async (timeLimit) => {
        const answer = await road.read(question.plan, timeLimit);
        return liveCounter(question.plan, answer, firstMeasure(question.plan.metric), urlOfLive(question));
      },
      (sentence) => html`<p class="note">${sentence}</p>`,
    );

  app.get('/dashboards', (request, reply) =>
    send(request, reply, dashboardsPage(road.catalogue, sitesOf(road), collects)),
  );
  app.get<Named>('/dashboards/:id', async (request, reply) => {
    const { id } = request.params;
    const { dashboards, graphs } = road.catalogue;
    const dashboard = dashboards.get(id);
    if (!dashboard) {
      const meant = nearest(id, dashboards.keys());
      return send(
        request,
        reply,
        noPage('/dashboards', { kind: 'dashboard', name: id, nearest: meant }),
        404,
      );
    }
    const asked = [request.query.tab].flat()[0];
    const selected = Math.max(
      dashboard.tabs.findIndex(({ name }) => name === asked),
      0,
    );
    const shown = dashboard.tabs[selected]?.graphs ?? [];
    const live = await liveOf(pathsIn(shown.flatMap((graphId) => graphs.get(graphId) ?? [])), request);
    const drawn = await Promise.all(
      shown.map(async (graphId) => {
        const graph = graphs.get(graphId);
        return { id: graphId, graph, figure: graph && (await draw(graph, request, live?.isOn ?? false)) };
      }),
    );
    return send(request, reply, dashboardPage(dashboard, selected, drawn, live));
  });
  app.get<Site>('/sites/:site', async (request, reply) => {
    const { site } = request.params;
    const sites = sitesOf(road);
    const isNew = !sites.includes(site);
    const paths = livePathsOf(road, site, clock);
    // A site's first hours aren't closed yet, but counted.
    const live = await liveOf(paths, request, isNew);
    const shown = live ?? (isNew ? awaitedOf(paths, request) : undefined);
    if (isNew && !shown) {
      const meant = nearest(site, sites);
      return send(
        request,
        reply,
        noPage('/dashboards', { kind: 'site', name: site, nearest: meant, under: '/sites' }),
        404,
      );
    }
    const isOn = shown?.isOn ?? false;
    const graphs = await graphsOf(road, site, goneSignal(request), isOn ? clock : undefined);
    const drawn = await Promise.all(
      graphs.map(async ({ metric, ...graph }) => {
        const href = `/docs/${metric}`;
        return { id: graph.id, graph, figure: await draw(graph, request, isOn), href };
      }),
    );
    return send(request, reply, sitePage(site, drawn, shown));
  });
  app.get<Named>('/graphs/:id', async (request, reply) => {
    const { id } = request.params;
    const graph = road.catalogue.graphs.get(id);
    if (!graph) return send(request, reply, noPage('/dashboards', { kind: 'graph', name: id }), 404);
    const live = await liveOf(pathsIn([graph]), request);
    const figure = await draw(graph, request, live?.isOn ?? false);
    return send(request, reply, graphPage(graph, figure, road.catalogue, live));
  });
}

/** Returns the first question that has a period under way: a series if there is one, which has a number. */
function liveAmong(road: Road, paths: readonly string[], clock: Clock): LiveQuestion | undefined {
  let first: LiveQuestion | undefined;
  for (const path of paths) {
    // What can't be answered now is said by its figure.
    const found = unlessProblem(() => liveQuestion(road, path, clock), EngineError);
    if (found?.plan.kind === 'series') return found;
    first ??= found;
  }
  return first;
}

function pathsIn(graphs: readonly Graph[]): string[] {
  return graphs.flatMap(({ data }) => data.map(({ path }) => path));
}

function wantsLive({ query }: FastifyRequest): boolean {
  const { live } = query as { readonly live?: Once };
  return live !== undefined && [live].flat()[0] !== 'false';
}

function scaleOf({ scale }: Graph): Pick<Graph, 'scale'> {
  return scale ? { scale } : {};
}

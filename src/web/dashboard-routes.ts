import type { FastifyInstance, FastifyRequest } from 'fastify';
import { goneSignal } from '../api/http/send.ts';
import type { Graph } from '../core/metric/dashboard.ts';
import { nearest } from '../core/value/nearest.ts';
import type { Road } from '../read/road.ts';
import { figureOf } from './figure.ts';
import { html, type Html } from './html.ts';
import { dashboardPage, dashboardsPage, graphPage, sitePage } from './pages/dashboards.ts';
import { noPage } from './pages/no-page.ts';
import type { SendPage } from './send-page.ts';
import { graphsOf, sitesOf } from './site-dashboard.ts';
import { withTimeLimit } from './within.ts';

export interface DashboardsOptions {
  readonly road: Road;
  readonly send: SendPage;
}

interface Named {
  readonly Params: { readonly id: string };
  readonly Querystring: { readonly tab?: string | readonly string[] };
}

interface Site {
  readonly Params: { readonly site: string };
}

/**
 * Registers `/dashboards`, `/sites` and `/graphs`, which show the dashboards of data owners from the same data that
 * Limn gets. Each graph has its own budget and time limit, so that a failure affects no other graph.
 */
export function registerDashboards(app: FastifyInstance, { road, send }: DashboardsOptions): void {
  const draw = (graph: Graph, request: FastifyRequest): Promise<Html> =>
    withTimeLimit(
      goneSignal(request),
      (timeLimit) => figureOf(road, graph.data, { title: graph.title, ...scaleOf(graph) }, timeLimit),
      (sentence) => html`<p class="note">${sentence}</p>`,
    );

  app.get('/dashboards', (request, reply) =>
    send(request, reply, dashboardsPage(road.catalogue, sitesOf(road))),
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
    const drawn = await Promise.all(
      (dashboard.tabs[selected]?.graphs ?? []).map(async (graphId) => {
        const graph = graphs.get(graphId);
        return { id: graphId, graph, figure: graph && (await draw(graph, request)) };
      }),
    );
    return send(request, reply, dashboardPage(dashboard, selected, drawn));
  });
  app.get<Site>('/sites/:site', async (request, reply) => {
    const { site } = request.params;
    const sites = sitesOf(road);
    if (!sites.includes(site)) {
      const meant = nearest(site, sites);
      return send(
        request,
        reply,
        noPage('/dashboards', { kind: 'site', name: site, nearest: meant, under: '/sites' }),
        404,
      );
    }
    const drawn = await Promise.all(
      (await graphsOf(road, site, goneSignal(request))).map(async ({ metric, ...graph }) => {
        const href = `/docs/${metric}`;
        return { id: graph.id, graph, figure: await draw(graph, request), href };
      }),
    );
    return send(request, reply, sitePage(site, drawn));
  });
  app.get<Named>('/graphs/:id', async (request, reply) => {
    const { id } = request.params;
    const graph = road.catalogue.graphs.get(id);
    if (!graph) return send(request, reply, noPage('/dashboards', { kind: 'graph', name: id }), 404);
    return send(request, reply, graphPage(graph, await draw(graph, request), road.catalogue));
  });
}

function scaleOf({ scale }: Graph): Pick<Graph, 'scale'> {
  return scale ? { scale } : {};
}

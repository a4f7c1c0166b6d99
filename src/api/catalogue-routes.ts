import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { metricIn } from '../core/catalogue.ts';
import type { Road } from '../read/road.ts';
import { baseUrlOf } from './base-url.ts';
import { describeCatalogue, describeMetric, describeScopes } from './catalogue.ts';
import { openApiFor } from './openapi.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from './headers.ts';

/** Sends `/` as a page, where that is what is wanted. */
export type FrontPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  base: string,
) => Promise<FastifyReply> | undefined;

export interface CatalogueOptions {
  readonly road: Road;
  /** The address under which callers reach the API; undefined: the one they used. */
  readonly baseUrl: string | undefined;
  readonly frontPage: FrontPage;
}

/** `/` says what is here, to people by a page; `/catalogue` lists every metric, `/catalogue/NAME` one with its scopes;
 * `/openapi.json` describes the paths of them all. */
export function registerCatalogue(
  app: FastifyInstance,
  { road, baseUrl, frontPage }: CatalogueOptions,
): void {
  const baseOf = (request: FastifyRequest): string => baseUrlOf(request, baseUrl);
  const send = (reply: FastifyReply, body: unknown): FastifyReply =>
    reply
      .headers({
        ...STANDING_HEADERS,
        'cache-control': CACHE_CONTROL.open,
        'content-type': 'application/json; charset=utf-8',
      })
      .send(JSON.stringify(body));

  app.get('/', (request, reply) => {
    const base = baseOf(request);
    const page = frontPage(request, reply, base);
    if (page) return page;
    return send(reply.header('vary', 'Accept'), {
      name: 'Kraken',
      doc: 'A public analytics data API. Metrics by URL, or by GraphQL.',
      links: {
        catalogue: `${base}/catalogue`,
        metrics: `${base}/metrics`,
        query: `${base}/query`,
        graphql: `${base}/graphql`,
        openapi: `${base}/openapi.json`,
      },
    });
  });
  app.get('/catalogue', (request, reply) =>
    send(
      reply,
      describeCatalogue(road.catalogue, (metric) => road.watch.stateOf(metric), baseOf(request), road.budget),
    ),
  );
  app.get('/openapi.json', (_request, reply) => send(reply, openApiFor(road.catalogue, new Map())));
  app.get<{ Params: { name: string } }>('/catalogue/:name', (request, reply) => {
    const metric = metricIn(road.catalogue, request.params.name, 'name');
    const state = road.watch.stateOf(metric);
    return send(reply, {
      ...describeMetric(metric, state, baseOf(request), road.budget),
      scopes: describeScopes(state),
    });
  });
}

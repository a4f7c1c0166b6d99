import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Catalogue, metricIn } from '../../core/metric/catalogue.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { invalidParameter } from '../../core/problem.ts';
import type { TableState } from '../../core/time/table-state.ts';
import { FORMATS } from '../../formats/formats.ts';
import { cachedCopy, type Rendered } from '../../read/answer-cache.ts';
import type { Road } from '../../read/road.ts';
import { baseUrlOf } from '../http/base-url.ts';
import { describeCatalogue, describeMetric, describeScopes } from './catalogue.ts';
import type { Compressor } from '../http/conditional.ts';
import { documentOf } from '../http/documents.ts';
import { notAcceptable, preferenceAmong } from '../http/negotiate.ts';
import type { Json } from './openapi-schemas.ts';
import { openApiFor } from './openapi.ts';
import { sendRendered } from '../http/send.ts';

/** The media types of `/` and `/catalogue`. */
const PAGE_OR_JSON = [FORMATS.json.type, 'text/html; charset=utf-8'] as const;
const pageOrJson = preferenceAmong(PAGE_OR_JSON);

/** Sends a page if the client prefers a page; otherwise returns undefined. */
export type PageInstead = (
  request: FastifyRequest,
  reply: FastifyReply,
  base: string,
) => Promise<FastifyReply> | undefined;

/** The pages at the addresses where programs get a JSON document instead. */
export type PagesInstead = Readonly<Record<'front' | 'catalogue', PageInstead>>;

export interface CatalogueOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  /** The public address of the API. If undefined, each request's own address is used. */
  readonly baseUrl: string | undefined;
  readonly pages: PagesInstead;
  /** The paths under which this server collects events, for the OpenAPI document. */
  readonly collecting: Json;
}

/**
 * Registers `/` with links to everything, `/catalogue` with all metrics, `/catalogue/NAME` with one metric and
 * its scopes, and `/openapi.json`. For people, `/` and `/catalogue` are pages.
 */
export function registerCatalogue(
  app: FastifyInstance,
  { road, compressor, baseUrl, pages, collecting }: CatalogueOptions,
): void {
  const openApiOf = openApiOfCatalogues(collecting);
  const baseOf = (request: FastifyRequest): string => baseUrlOf(request, baseUrl);
  const send = (request: FastifyRequest, reply: FastifyReply, document: Rendered): Promise<FastifyReply> =>
    sendRendered(request, reply, document, compressor);

  app.get('/', (request, reply) => {
    const base = baseOf(request);
    const page = pages.front(request, reply, base);
    if (page) return page;
    if (pageOrJson(request.headers.accept) === undefined) throw notAcceptable(PAGE_OR_JSON);
    const links = {
      catalogue: `${base}/catalogue`,
      metrics: `${base}/metrics/`,
      query: `${base}/query`,
      graphql: `${base}/graphql`,
      corrections: `${base}/corrections`,
      openapi: `${base}/openapi.json`,
    };
    const doc = 'A public analytics data API. Metrics by URL, or by GraphQL.';
    const document = documentOf({ name: 'Kraken', doc, links });
    return sendRendered(request, reply, document, compressor, { negotiated: true });
  });
  app.get('/catalogue', (request, reply) => {
    refuseOtherForms(request.query);
    const base = baseOf(request);
    const page = pages.catalogue(request, reply, base);
    if (page) return page;
    if (pageOrJson(request.headers.accept) === undefined) throw notAcceptable(PAGE_OR_JSON);
    const stateOf = (metric: Metric): TableState => road.watch.stateOf(metric);
    const catalogue = describeCatalogue(road.catalogue, stateOf, base, road.budget);
    return sendRendered(request, reply, documentOf(catalogue), compressor, { negotiated: true });
  });
  app.get('/openapi.json', (request, reply) => {
    refuseOtherForms(request.query);
    return send(request, reply, openApiOf(road.catalogue));
  });
  app.get<{ Params: { name: string } }>('/catalogue/:name', (request, reply) => {
    refuseOtherForms(request.query);
    const metric = metricIn(road.catalogue, request.params.name, 'name');
    const state = road.watch.stateOf(metric);
    const described = describeMetric(metric, state, baseOf(request), road.budget);
    return send(request, reply, documentOf({ ...described, scopes: describeScopes(state) }));
  });
}

/** The only value of `format` for descriptions. */
const JSON_FORM = 'json';

/** Refuses formats that descriptions don't have. @throws Problem */
function refuseOtherForms(query: unknown): void {
  const { format = JSON_FORM } = query as { readonly format?: unknown };
  if (format === JSON_FORM) return;
  throw invalidParameter(
    'format',
    `This address has only ${JSON_FORM}; the numbers under /metrics and /query have other formats too.`,
    [JSON_FORM],
  );
}

/** Returns a function that makes a catalogue's OpenAPI document once, because it has half a megabyte. */
function openApiOfCatalogues(collecting: Json): (catalogue: Catalogue) => Rendered {
  const openApis = new WeakMap<Catalogue, Rendered>();
  return (catalogue) => {
    const known = openApis.get(catalogue);
    if (known) return known;
    const document = documentOf(openApiFor(catalogue, new Map(), collecting));
    openApis.set(catalogue, cachedCopy(document));
    return document;
  };
}

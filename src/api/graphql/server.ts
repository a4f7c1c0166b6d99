import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { Problem } from '../../core/problem.ts';
import type { Feeds } from '../../feed/feeds.ts';
import { FORMATS } from '../../formats/formats.ts';
import type { Road } from '../../read/road.ts';
import { answerOptions, CACHE_CONTROL, STANDING_HEADERS } from '../http/headers.ts';
import { notAcceptable, preferenceAmong } from '../http/negotiate.ts';
import { goneSignal } from '../http/send.ts';
import type { Listeners } from '../listen/listeners.ts';
import { type GraphqlServer, startServer } from './apollo.ts';
import { Basis } from './basis.ts';
import { newContext, type GraphqlContext } from './context.ts';
import { refusal } from './errors.ts';
import { GRAPHQL_SSE } from './event-stream.ts';
import { httpRequestOf } from './http-request.ts';
import { EventStreams } from './event-streams.ts';
import { plainOperation } from './operation.ts';
import { keptAnswer, keptAnswers, sendKept, textOf } from './kept-answers.ts';

export const GRAPHQL_ROUTE = '/graphql';
const METHODS = 'GET,POST';
/** The page where people write queries. */
const CONSOLE = '/docs/graphiql';

export interface GraphqlOptions {
  readonly road: Road;
  /** The maximum depth of fields. */
  readonly maxDepth: number;
  /** The maximum number of operations in one request. */
  readonly maxBatch: number;
  /** The memory for whole answers, in bytes. */
  readonly answerBytes: number;
  readonly listeners: Listeners;
  readonly feeds: Feeds;
}

/**
 * Registers GraphQL at `/graphql`, for GET and POST.
 * @throws CatalogueError if no schema can be made from the catalogue
 */
export async function registerGraphql(
  app: FastifyInstance,
  { road, maxDepth, maxBatch, answerBytes, listeners, feeds }: GraphqlOptions,
): Promise<void> {
  const contextOf = (request: FastifyRequest): Promise<GraphqlContext> => {
    const operations = Array.isArray(request.body) ? request.body.length : 1;
    if (operations > maxBatch) {
      const detail = `The request has ${operations} operations; at most ${maxBatch} are allowed.`;
      return Promise.reject(refusal(new Problem('invalid-request', detail)));
    }
    const { method, log } = request;
    const basis = new Basis(road);
    return Promise.resolve(
      newContext({ road, gone: goneSignal(request), log, method, basis, isFollowed: false }),
    );
  };
  const kept = keptAnswers(answerBytes);
  /** One server per catalogue, so that both are replaced together. Running requests keep theirs. */
  const servers = new WeakMap<Catalogue, Promise<GraphqlServer>>();
  const serverFor = (catalogue: Catalogue): Promise<GraphqlServer> => {
    let server = servers.get(catalogue);
    if (!server) servers.set(catalogue, (server = startServer(app.log, catalogue, maxDepth)));
    return server;
  };
  await serverFor(road.catalogue);
  const streams = new EventStreams({ road, listeners, feeds, log: app.log, serverFor });

  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_ROUTE,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      void reply.headers({
        ...STANDING_HEADERS,
        'access-control-allow-methods': METHODS,
        'cache-control': CACHE_CONTROL.never,
        vary: 'Accept',
      });
      if (isVisit(request)) return reply.redirect(CONSOLE);
      // RFC 9112, 3.2. Node doesn't check the header.
      if (!URL.canParse(`${request.protocol}://${request.hostname}/`))
        throw new Problem('invalid-request', 'The Host header is not a valid host.');
      const type = typeWanted(request.headers.accept);
      if (type === undefined) throw notAcceptable(TYPES);
      if (type === GRAPHQL_SSE.type) return streams.answer(request, reply);
      const { epoch } = road.watch;
      const text = textOf(request, type);
      const known = kept.get(text, epoch);
      if (known) return sendKept(request, reply, known);
      const sendAndKeep = (body: string, { basis }: GraphqlContext): FastifyReply => {
        const answer = keptAnswer(request.method, reply.getHeaders(), body);
        if (basis.isLasting) kept.set(text, epoch, answer);
        return sendKept(request, reply, answer);
      };
      const server = await serverFor(road.catalogue);
      const operation = plainOperation(request);
      const direct = operation && (await server.known.answer(operation, () => contextOf(request)));
      if (direct) {
        const { body, context } = direct;
        void reply.header('content-type', type);
        return sendAndKeep(body, context);
      }
      let context: GraphqlContext | undefined;
      const { headers, body, status } = await server.apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: httpRequestOf(request, type),
        context: async () => (context = await contextOf(request)),
      });
      for (const [name, value] of headers) void reply.header(name, value);
      // The schema has no @defer, so answers never come in parts.
      if (body.kind !== 'complete') throw new Error('An answer of GraphQL came in parts.');
      if ((status ?? 200) === 200 && context && !context.outcome.hasErrors) {
        if (operation) server.known.note(operation);
        return sendAndKeep(body.string, context);
      }
      return reply.code(status ?? 200).send(body.string);
    },
  });
  answerOptions(app, GRAPHQL_ROUTE, METHODS);
}

/** The media types of answers. */
const TYPES = [
  FORMATS.json.type,
  'application/graphql-response+json; charset=utf-8',
  GRAPHQL_SSE.type,
] as const;
const typeWanted = preferenceAmong(TYPES);
const HTML = 'text/html';
const answerOrPage = preferenceAmong([...TYPES, HTML]);

/** Whether a browser followed a link to this address, without a query. */
function isVisit({ method, url, headers: { accept } }: FastifyRequest): boolean {
  return method === 'GET' && !url.includes('?') && answerOrPage(accept) === HTML;
}

import type { IncomingMessage } from 'node:http';
import { afterwards } from '../../core/at-once.ts';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { Problem } from '../../core/problem.ts';
import type { Feeds } from '../../feed/feeds.ts';
import { FORMATS } from '../../formats/formats.ts';
import type { Road } from '../../read/road.ts';
import type { DirectHandler, Server } from '../http/direct.ts';
import { answerOptions, STANDING_HEADERS } from '../http/headers.ts';
import { isHost } from '../http/base-url.ts';
import { notAcceptable, preferenceAmong } from '../http/negotiate.ts';
import { goneSignal } from '../http/send.ts';
import type { Listeners } from '../listen/listeners.ts';
import { type GraphqlServer, startServer } from './apollo.ts';
import { Basis } from './basis.ts';
import { newContext, type GraphqlContext } from './context.ts';
import { refusal } from './errors.ts';
import { GRAPHQL_SSE } from './event-stream.ts';
import { DirectRequest, type GraphqlRequest, httpRequestOf } from './http-request.ts';
import { EventStreams } from './event-streams.ts';
import { plainOperation } from './operation.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import {
  apolloAnswer,
  keptAnswers,
  METHODS,
  type OperationAnswer,
  ownAnswer,
  sendOperation,
  textOf,
} from './kept-answers.ts';

export const GRAPHQL_ROUTE = '/graphql';
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
  /** The documents that clients may name. */
  readonly trusted: TrustedDocuments | undefined;
  readonly listeners: Listeners;
  readonly feeds: Feeds;
}

/** An answer, and what it was made of if it has no errors. */
interface Made {
  readonly answer: OperationAnswer;
  readonly basis?: Basis;
}

/**
 * Registers GraphQL at `/graphql`, for GET and POST.
 * @throws CatalogueError if no schema can be made from the catalogue
 */
export async function registerGraphql(
  { app, direct }: Server,
  { road, maxDepth, maxBatch, answerBytes, trusted, listeners, feeds }: GraphqlOptions,
): Promise<void> {
  const contextOf = (request: GraphqlRequest): GraphqlContext => {
    const operations = Array.isArray(request.body) ? request.body.length : 1;
    if (operations > maxBatch) {
      const detail = `The request has ${operations} operations; at most ${maxBatch} are allowed.`;
      throw refusal(new Problem('invalid-request', detail));
    }
    const { method, log } = request;
    const basis = new Basis(road);
    return newContext({ road, gone: goneSignal(request), log, method, basis, isFollowed: false });
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
  const streams = new EventStreams({ road, trusted, listeners, feeds, log: app.log, serverFor });

  /** Answers an operation that has no kept answer. */
  const execute = async (asked: GraphqlRequest, type: string): Promise<Made> => {
    const request = trusted?.resolve(asked) ?? asked;
    const server = await serverFor(road.catalogue);
    const operation = plainOperation(request);
    const known = operation && (await server.known.answer(operation, () => contextOf(request)));
    if (known) {
      const { basis, freshness } = known.context;
      return { answer: ownAnswer(request.method, type, freshness.cacheControl, known.body), basis };
    }
    let context: GraphqlContext | undefined;
    const { headers, body, status } = await server.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: httpRequestOf(request, type),
      context: async () => (context = contextOf(request)),
    });
    // The schema has no @defer, so answers never come in parts.
    if (body.kind !== 'complete') throw new Error('An answer of GraphQL came in parts.');
    const answer = apolloAnswer(request.method, status ?? 200, headers, body.string);
    if (answer.status !== 200 || !context || context.outcome.hasErrors) return { answer };
    if (operation) server.known.note(operation);
    return { answer, basis: context.basis };
  };
  const answerTo = (request: GraphqlRequest, type: string): OperationAnswer | Promise<OperationAnswer> => {
    refuseWrongHost(request.headers.host);
    const text = textOf(request, type);
    const { epoch } = road.watch;
    const ready = kept.get(text, epoch);
    if (ready) return ready;
    return execute(request, type).then(({ answer, basis }) => {
      if (basis?.isLasting === true) kept.set(text, epoch, answer);
      return answer;
    });
  };

  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_ROUTE,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { method, url, headers } = request;
      void reply.headers({ ...STANDING_HEADERS, 'access-control-allow-methods': METHODS });
      if (isVisit(method, url, headers.accept)) return reply.redirect(CONSOLE);
      const type = typeWanted(headers.accept);
      if (type === undefined) throw notAcceptable(TYPES);
      if (type === GRAPHQL_SSE.type) {
        refuseWrongHost(headers.host);
        return streams.answer(request, reply);
      }
      sendOperation(request, reply.raw, await answerTo(request, type));
      return reply.hijack();
    },
  });
  const answerDirectly: DirectHandler = (request, response) => {
    const type = typeWanted(request.headers.accept) as string;
    return afterwards(answerTo(new DirectRequest(request), type), (answer) =>
      sendOperation(request, response, answer),
    );
  };
  for (const method of ['GET', 'POST'] as const) direct.add(method, GRAPHQL_ROUTE, answerDirectly, isPlain);
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

/** Whether a request wants a single answer, of an operation in its URL or in JSON. Everything else is left to fastify. */
function isPlain({ method = '', url = '', headers }: IncomingMessage): boolean {
  const type = typeWanted(headers.accept);
  if (type === undefined || type === GRAPHQL_SSE.type || isVisit(method, url, headers.accept)) return false;
  const hasBody = headers['content-length'] !== undefined;
  if (method === 'GET') return !hasBody;
  const sent = headers['content-type'] ?? '';
  return hasBody && (sent === 'application/json' || sent.startsWith('application/json;'));
}

/** RFC 9112, 3.2. Node doesn't check the header. @throws Problem */
function refuseWrongHost(host: string | undefined): void {
  if (!isHost(host ?? '')) throw new Problem('invalid-request', 'The Host header is not a valid host.');
}

/** Whether a browser followed a link to this address, without a query. */
function isVisit(method: string, url: string, accept: string | undefined): boolean {
  return method === 'GET' && !url.includes('?') && answerOrPage(accept) === HTML;
}

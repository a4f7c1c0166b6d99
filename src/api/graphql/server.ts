import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { EngineError } from '../../core/engine-error.ts';
import { Problem } from '../../core/problem.ts';
import type { Road } from '../../read/road.ts';
import { FORMATS } from '../../formats/formats.ts';
import { answerOptions, CACHE_CONTROL, STANDING_HEADERS } from '../http/headers.ts';
import { notAcceptable, preferenceAmong } from '../http/negotiate.ts';
import { goneSignal } from '../http/send.ts';
import { chargePoints } from './charges.ts';
import { Freshness, type GraphqlContext } from './context.ts';
import { formatError, originalOf, refusal } from './errors.ts';
import { documentStore } from './documents.ts';
import { depthRule, describingRule, MAX_TOKENS, queriesOnlyRule } from './guards.ts';
import { httpRequestOf } from './http-request.ts';
import { Plans } from './plans.ts';
import { Reads } from './reads.ts';
import { schemaFor } from './schema.ts';
import { suggestionFor } from './suggestions.ts';
import { named } from '../../core/value/named.ts';

export const GRAPHQL_ROUTE = '/graphql';
const METHODS = 'GET,POST';
/** The memory for parsed documents, in bytes. */
const DOCUMENT_BYTES = 16 * 1024 * 1024;
/** The page where people write queries. */
const CONSOLE = '/docs/graphiql';

export interface GraphqlOptions {
  readonly road: Road;
  /** The maximum depth of fields. */
  readonly maxDepth: number;
  /** The maximum number of operations in one request. */
  readonly maxBatch: number;
}

/**
 * Registers GraphQL at `/graphql`, for GET and POST.
 * @throws CatalogueError if no schema can be made from the catalogue
 */
export async function registerGraphql(
  app: FastifyInstance,
  { road, maxDepth, maxBatch }: GraphqlOptions,
): Promise<void> {
  const contextOf = (request: FastifyRequest): Promise<GraphqlContext> => {
    const operations = Array.isArray(request.body) ? request.body.length : 1;
    if (operations > maxBatch) {
      const detail = `The request has ${operations} operations; at most ${maxBatch} are allowed.`;
      return Promise.reject(refusal(new Problem('invalid-request', detail)));
    }
    return Promise.resolve({
      road,
      reads: new Reads(goneSignal(request)),
      log: request.log,
      method: request.method,
      bill: { points: 0, series: 0, hints: 0 },
      freshness: new Freshness(),
      plans: new Plans(road),
    });
  };
  /** One server per catalogue, so that both are replaced together. Running requests keep theirs. */
  const servers = new WeakMap<Catalogue, Promise<ApolloServer<GraphqlContext>>>();
  const serverFor = (catalogue: Catalogue): Promise<ApolloServer<GraphqlContext>> => {
    let server = servers.get(catalogue);
    if (!server) servers.set(catalogue, (server = startServer(app, catalogue, maxDepth)));
    return server;
  };
  await serverFor(road.catalogue);

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
      const server = await serverFor(road.catalogue);
      const { headers, body, status } = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: httpRequestOf(request, type),
        context: () => contextOf(request),
      });
      for (const [name, value] of headers) void reply.header(name, value);
      // The schema has no @defer, so answers never come in parts.
      if (body.kind !== 'complete') throw new Error('An answer of GraphQL came in parts.');
      return reply.code(status ?? 200).send(body.string);
    },
  });
  answerOptions(app, GRAPHQL_ROUTE, METHODS);
}

/** The media types of answers. */
const TYPES = [FORMATS.json.type, 'application/graphql-response+json; charset=utf-8'] as const;
const typeWanted = preferenceAmong(TYPES);
const HTML = 'text/html';
const answerOrPage = preferenceAmong([...TYPES, HTML]);

/** Whether a browser followed a link to this address, without a query. */
function isVisit({ method, url, headers: { accept } }: FastifyRequest): boolean {
  return method === 'GET' && !url.includes('?') && answerOrPage(accept) === HTML;
}

async function startServer(
  app: FastifyInstance,
  catalogue: Catalogue,
  depth: number,
): Promise<ApolloServer<GraphqlContext>> {
  const schema = schemaFor(catalogue);
  const server = new ApolloServer<GraphqlContext>({
    schema,
    rootValue: { known: named() },
    introspection: true,
    // A read-only API without cookies has nothing to protect, and GET must work for every client.
    csrfPrevention: false,
    allowBatchedHttpRequests: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    documentStore: documentStore(DOCUMENT_BYTES),
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    validationRules: [queriesOnlyRule, depthRule(depth), describingRule],
    formatError: (formatted, error) =>
      formatError(formatted, error, (own) => suggestionFor(own, schema, catalogue)),
    logger: app.log,
    plugins: [
      // Kraken sends nothing to other servers, even if environment variables ask for it.
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      chargePoints,
      keepAnswers,
      logFailures,
    ],
  });
  await server.start();
  return server;
}

/** Sets the Cache-Control of answers. Answers to GET without errors are cacheable, like REST's. */
const keepAnswers: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response, errors, contextValue: { method, freshness } }) => {
        const kept = method === 'GET' && !errors?.length;
        response.http.headers.set('cache-control', kept ? freshness.cacheControl : CACHE_CONTROL.never);
        return Promise.resolve();
      },
    }),
};

/** Logs the errors whose details callers don't see. */
const logFailures: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors: ({ errors, contextValue: { log, reads } }) => {
        for (const error of errors) {
          const original = originalOf(error);
          const isExpected =
            original instanceof Problem || original instanceof GraphQLError || reads.abandoned;
          if (original instanceof EngineError) log.warn({ err: original }, 'graphql: engine failed');
          else if (!isExpected) log.error({ err: original }, 'graphql: defect');
        }
        return Promise.resolve();
      },
    }),
};

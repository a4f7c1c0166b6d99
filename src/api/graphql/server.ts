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
/** The memory for documents that were parsed, in bytes. */
const DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Where people write queries. */
const CONSOLE = '/docs/graphiql';

export interface GraphqlOptions {
  readonly road: Road;
  /** How deep fields may nest. */
  readonly maxDepth: number;
  /** How many operations one request may hold. */
  readonly maxBatch: number;
}

/**
 * GraphQL over the catalogue, at /graphql by GET and POST.
 * @throws CatalogueError when the catalogue makes no schema
 */
export async function registerGraphql(
  app: FastifyInstance,
  { road, maxDepth, maxBatch }: GraphqlOptions,
): Promise<void> {
  const contextOf = (request: FastifyRequest): Promise<GraphqlContext> => {
    const operations = Array.isArray(request.body) ? request.body.length : 1;
    if (operations > maxBatch) {
      const detail = `The request holds ${operations} operations; ${maxBatch} is the most.`;
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
  /** A server a catalogue, so that both are swapped whole; requests under way keep theirs. */
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
      // RFC 9112, 3.2; Node lets anything through.
      if (!URL.canParse(`${request.protocol}://${request.hostname}/`))
        throw new Problem('invalid-request', 'The Host header names no host.');
      const type = typeWanted(request.headers.accept);
      if (type === undefined) throw notAcceptable(TYPES);
      const server = await serverFor(road.catalogue);
      const { headers, body, status } = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: httpRequestOf(request, type),
        context: () => contextOf(request),
      });
      for (const [name, value] of headers) void reply.header(name, value);
      // Parts that come later (@defer) are no part of the schema.
      if (body.kind !== 'complete') throw new Error('An answer of GraphQL came in parts.');
      return reply.code(status ?? 200).send(body.string);
    },
  });
  answerOptions(app, GRAPHQL_ROUTE, METHODS);
}

/** What answers come as. */
const TYPES = [FORMATS.json.type, 'application/graphql-response+json; charset=utf-8'] as const;
const typeWanted = preferenceAmong(TYPES);
const HTML = 'text/html';
const answerOrPage = preferenceAmong([...TYPES, HTML]);

/** Whether somebody followed a link here, with nothing to ask. */
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
    // A read-only API without cookies has nothing to forge, and GET must work everywhere.
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
      // Nothing here calls out, whatever the environment says.
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

/** Says how long an answer may be kept: answers without errors, by GET, as REST's. */
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

/** What callers aren't told goes to the log. */
const logFailures: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors: ({ errors, contextValue: { log, reads } }) => {
        for (const error of errors) {
          const original = originalOf(error);
          const told = original instanceof Problem || original instanceof GraphQLError || reads.abandoned;
          if (original instanceof EngineError) log.warn({ err: original }, 'graphql: engine failed');
          else if (!told) log.error({ err: original }, 'graphql: defect');
        }
        return Promise.resolve();
      },
    }),
};

import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyBaseLogger } from 'fastify';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { EngineError } from '../../core/engine-error.ts';
import { Problem } from '../../core/problem.ts';
import { named } from '../../core/value/named.ts';
import { CACHE_CONTROL } from '../http/headers.ts';
import { chargePoints } from './charges.ts';
import type { GraphqlContext } from './context.ts';
import { documentStore } from './documents.ts';
import { formatError, originalOf, refusal } from './errors.ts';
import { KnownDocuments } from './known-documents.ts';
import { depthRule, describingRule, MAX_TOKENS, readOnlyRule } from './guards.ts';
import { schemaFor } from './schema.ts';
import { suggestionFor } from './suggestions.ts';

/** The memory for parsed documents, in bytes. */
const DOCUMENT_BYTES = 16 * 1024 * 1024;

/** What executes operations: Apollo any, and what it has answered before without it. */
export interface GraphqlServer {
  readonly apollo: ApolloServer<GraphqlContext>;
  readonly known: KnownDocuments;
}

/**
 * Starts what executes the operations on a catalogue.
 * @param depth the maximum depth of fields
 * @throws CatalogueError if no schema can be made from the catalogue
 */
export async function startServer(
  logger: FastifyBaseLogger,
  catalogue: Catalogue,
  depth: number,
): Promise<GraphqlServer> {
  const schema = schemaFor(catalogue);
  const rootValue = { known: named() };
  const apollo = new ApolloServer<GraphqlContext>({
    schema,
    rootValue,
    introspection: true,
    // A read-only API without cookies has nothing to protect, and GET must work for every client.
    csrfPrevention: false,
    allowBatchedHttpRequests: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    documentStore: documentStore(DOCUMENT_BYTES),
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    validationRules: [readOnlyRule, depthRule(depth), describingRule],
    formatError: (formatted, error) =>
      formatError(formatted, error, (own) => suggestionFor(own, schema, catalogue)),
    logger,
    plugins: [
      // Kraken sends nothing to other servers, even if environment variables ask for it.
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      streamOnly,
      chargePoints,
      keepAnswers,
      logFailures,
    ],
  });
  await apollo.start();
  return { apollo, known: new KnownDocuments(schema, rootValue, DOCUMENT_BYTES) };
}

/** Refuses subscriptions of requests that want one answer. */
const streamOnly: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation, contextValue: { isFollowed } }) => {
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION && !isFollowed)
          throw refusal(
            new Problem(
              'not-acceptable',
              `A subscription is answered as ${STREAM}: ask for that by Accept.`,
              {
                parameter: 'Accept',
                allowed: [STREAM],
              },
            ),
          );
        return Promise.resolve();
      },
    }),
};
const STREAM = 'text/event-stream';

/** Sets the Cache-Control of answers. Answers to GET without errors are cacheable, like REST's. */
const keepAnswers: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response, errors, contextValue: { method, freshness, outcome } }) => {
        if (errors?.length) outcome.hasErrors = true;
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
      didEncounterErrors: ({ errors, contextValue: { log, gone, basis } }) => {
        for (const error of errors) {
          const original = originalOf(error);
          const isExpected = original instanceof Problem || original instanceof GraphQLError || gone.aborted;
          if (original instanceof EngineError) basis.noteFailure();
          if (original instanceof EngineError) log.warn({ err: original }, 'graphql: engine failed');
          else if (!isExpected) log.error({ err: original }, 'graphql: defect');
        }
        return Promise.resolve();
      },
    }),
};

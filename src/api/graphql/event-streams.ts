import type { GraphqlServer } from './apollo.ts';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { Problem } from '../../core/problem.ts';
import type { Feeds } from '../../feed/feeds.ts';
import type { Road } from '../../read/road.ts';
import { STREAM_HEADERS } from '../http/headers.ts';
import { goneSignal } from '../http/send.ts';
import { heartbeatOf } from '../listen/asked.ts';
import type { Listeners } from '../listen/listeners.ts';
import { Basis } from './basis.ts';
import { newContext } from './context.ts';
import { formatError } from './errors.ts';
import { GRAPHQL_SSE, streamOfOne } from './event-stream.ts';
import { isSubscription, keyOf, operationOf, type Operation } from './operation.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import { OperationFeed, OperationPart, RefusedOperation, type OperationAnswer } from './operation-feed.ts';

export interface EventStreamsOptions {
  readonly road: Road;
  readonly trusted: TrustedDocuments | undefined;
  readonly listeners: Listeners;
  readonly feeds: Feeds;
  readonly log: FastifyBaseLogger;
  readonly serverFor: (catalogue: Catalogue) => Promise<GraphqlServer>;
}

/** Answers operations as event streams: a query once, a subscription at once and whenever its answer has changed. */
export class EventStreams {
  readonly #options: EventStreamsOptions;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /**
   * Answers a request. The protocol wants mistakes as a result in the stream.
   * @throws Problem if there is no room, since clients try again only after the status of an error
   */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    let result: string;
    try {
      const { trusted } = this.#options;
      const operation = operationOf(trusted?.resolve(request) ?? request);
      if (isSubscription(operation)) return await this.#subscribe(request, reply, operation);
      const { method, log } = request;
      ({ result } = await this.#execute(operation, goneSignal(request), method, log));
    } catch (error) {
      result = resultOf(error);
    }
    void reply.headers({ ...STREAM_HEADERS, 'content-type': GRAPHQL_SSE.type });
    return reply.send(streamOfOne(result));
  }

  async #subscribe(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: Operation,
  ): Promise<FastifyReply> {
    const { listeners, feeds, log } = this.#options;
    const key = keyOf(operation);
    const execute = (signal: AbortSignal): Promise<OperationAnswer> =>
      this.#execute(operation, signal, 'POST', log);
    return listeners.connect(request, reply, {
      writing: GRAPHQL_SSE,
      heartbeatS: heartbeatOf(request),
      // EventSource can only GET, and never comes back after the status of an error.
      comesBack: request.method === 'GET',
      follow: async (follower) => {
        const open = (signal: AbortSignal): Promise<OperationFeed> =>
          OperationFeed.open(key, execute, signal);
        return [new OperationPart(await feeds.followBy(key, open, follower))];
      },
    });
  }

  async #execute(
    operation: Operation,
    gone: AbortSignal,
    method: string,
    log: FastifyBaseLogger,
  ): Promise<OperationAnswer> {
    const { road, serverFor } = this.#options;
    const basis = new Basis(road);
    const { apollo } = await serverFor(road.catalogue);
    const contextValue = newContext({ road, gone, log, method, basis, isFollowed: true });
    const { body } = await apollo.executeOperation({ ...operation }, { contextValue });
    // The schema has no @defer, so answers never come in parts.
    if (body.kind !== 'single') throw new Error('An answer of GraphQL came in parts.');
    const { errors, data, extensions } = body.singleResult;
    const isEmpty = Object.values(data ?? {}).every((field) => field === null);
    return {
      result: JSON.stringify({ errors, data, extensions }),
      isRefused: errors !== undefined && isEmpty && !basis.hasFailed,
      basis,
    };
  }
}

/** The result that tells of a mistake in a request. @throws what is no mistake */
function resultOf(error: unknown): string {
  if (error instanceof RefusedOperation) return error.message;
  if (!(error instanceof Problem) || error.status >= 500 || error.code === 'too-many-requests') throw error;
  const { message } = error;
  return JSON.stringify({ errors: [formatError({ message }, error, () => '')] });
}

import type { ServerResponse } from 'node:http';
import { PlanCache } from '../../read/plan-cache.ts';
import { etagOf } from '../../read/answer-cache.ts';
import { matches } from '../http/conditional.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from '../http/headers.ts';
import type { Receiver } from '../http/send.ts';
import type { GraphqlRequest } from './http-request.ts';

/** The answer to an operation, as it is sent. */
export interface OperationAnswer {
  readonly status: number;
  /** Alternating names and values. */
  readonly headers: string[];
  readonly body: Buffer;
  /** The entity tag of an answer to GET. */
  readonly etag: string | undefined;
}

export const METHODS = 'GET,POST';
/** Longer requests aren't kept, in characters: few are so long, and each would evict many others. */
const MAX_REQUEST = 20_000;

/** A cache of whole answers, by the text of the request. @param maxBytes the memory that they may take; 0 keeps none */
export function keptAnswers(maxBytes: number): PlanCache<OperationAnswer> {
  const sizeOf = ({ body, headers }: OperationAnswer): number =>
    body.length + headers.reduce((sum, text) => sum + text.length + 20, 0);
  return new PlanCache(Math.max(maxBytes, 1), sizeOf, MAX_REQUEST);
}

/** The text of a request: two that have the same ask the same. @param type the negotiated media type of the answer */
export function textOf({ method, url, bodyText }: GraphqlRequest, type: string): string {
  return `${method} ${type} ${url}\n${bodyText}`;
}

const BEFORE_OWN = {
  ...STANDING_HEADERS,
  'access-control-allow-methods': METHODS,
  'cache-control': CACHE_CONTROL.never,
  vary: 'Accept',
};

/** The headers of answers that are made without Apollo, by their media type, with how long they may be kept. */
const ownHeaders = new Map<string, readonly string[]>();

/** Makes an answer that Apollo has not made. @param cacheControl how long an answer to GET may be kept */
export function ownAnswer(method: string, type: string, cacheControl: string, text: string): OperationAnswer {
  const own = {
    'content-type': type,
    'cache-control': method === 'GET' ? cacheControl : CACHE_CONTROL.never,
  };
  const name = `${own['cache-control']} ${type}`;
  let standing = ownHeaders.get(name);
  if (!standing) ownHeaders.set(name, (standing = Object.entries({ ...BEFORE_OWN, ...own }).flat()));
  return withBody(method, 200, standing, text);
}

/**
 * Makes an answer of Apollo's.
 * @param own its headers, with names in small letters
 */
export function apolloAnswer(
  method: string,
  status: number,
  own: Iterable<readonly [string, string]>,
  text: string,
): OperationAnswer {
  return withBody(method, status, Object.entries({ ...BEFORE_OWN, ...Object.fromEntries(own) }).flat(), text);
}

/** Only answers to GET have an entity tag: nothing else is asked for conditionally. */
function withBody(
  method: string,
  status: number,
  standing: readonly string[],
  text: string,
): OperationAnswer {
  const body = Buffer.from(text);
  const etag = method === 'GET' && status === 200 ? etagOf(body) : undefined;
  const headers = [...standing, 'content-length', String(body.length)];
  if (etag !== undefined) headers.push('etag', etag);
  return { status, headers, body, etag };
}

/** Sends an answer, or 304 if the client has it already. It bypasses fastify's reply, as answers of REST do. */
export function sendOperation(
  request: Receiver,
  response: ServerResponse,
  { status, headers, body, etag }: OperationAnswer,
): void {
  const isKnown = etag !== undefined && matches(request.headers['if-none-match'], etag);
  response.writeHead(isKnown ? 304 : status, headers);
  response.end(isKnown ? undefined : body);
}

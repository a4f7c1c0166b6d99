import type { FastifyReply, FastifyRequest } from 'fastify';
import { PlanCache } from '../../read/plan-cache.ts';
import { etagOf } from '../../read/answer-cache.ts';
import { matches } from '../http/conditional.ts';

/** An answer as it is sent. */
export interface KeptAnswer {
  /** Alternating names and values. */
  readonly headers: string[];
  readonly body: Buffer;
  /** The entity tag of an answer to GET. */
  readonly etag: string | undefined;
}

/** Longer requests aren't kept, in characters: few are so long, and each would evict many others. */
const MAX_REQUEST = 20_000;

/** A cache of whole answers, by the text of the request. @param maxBytes the memory that they may take; 0 keeps none */
export function keptAnswers(maxBytes: number): PlanCache<KeptAnswer> {
  const sizeOf = ({ body, headers }: KeptAnswer): number =>
    body.length + headers.reduce((sum, text) => sum + text.length + 20, 0);
  return new PlanCache(Math.max(maxBytes, 1), sizeOf, MAX_REQUEST);
}

/** The text of a request: two that have the same ask the same. @param type the negotiated media type of the answer */
export function textOf({ method, url, bodyText }: FastifyRequest, type: string): string {
  return `${method} ${type} ${url}\n${bodyText}`;
}

/** Makes an answer of headers and a body. Only answers to GET have an entity tag: nothing else is asked for conditionally. */
export function keptAnswer(
  method: string,
  headers: Readonly<Record<string, unknown>>,
  text: string,
): KeptAnswer {
  const body = Buffer.from(text);
  const etag = method === 'GET' ? etagOf(body) : undefined;
  const all = { ...headers, 'content-length': body.length, ...(etag !== undefined && { etag }) };
  return { headers: Object.entries(all).flatMap(([name, value]) => [name, String(value)]), body, etag };
}

/** Sends an answer, or 304 if the client has it already. It bypasses fastify's reply, as answers of REST do. */
export function sendKept(request: FastifyRequest, reply: FastifyReply, answer: KeptAnswer): FastifyReply {
  const { headers, body, etag } = answer;
  const isKnown = etag !== undefined && matches(request.headers['if-none-match'], etag);
  reply.hijack();
  reply.raw.writeHead(isKnown ? 304 : 200, headers);
  reply.raw.end(isKnown ? undefined : body);
  return reply;
}

import type { FastifyInstance } from 'fastify';
import { parse } from 'node:querystring';
import type { PlainRequest } from '../../api/http/direct.ts';
import { Problem } from '../../core/problem.ts';
import { isDeeper } from '../limits.ts';

/**
 * Makes an app read bodies of any media type as text. Browsers send JSON as text/plain to avoid a preflight
 * request, and trackers use various types.
 */
export function readTexts(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // Fastify would refuse a media type that isn't well-formed.
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.headers['content-type'] !== undefined) raw.headers['content-type'] = 'text/plain';
    done();
  });
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** Returns a request's body; empty if there is none. */
export function bodyOf({ body }: PlainRequest): string {
  return typeof body === 'string' ? body : '';
}

/** Returns a request's parameters by name. A repeated parameter is a list. */
export function queryOf({ url }: PlainRequest): Readonly<Record<string, unknown>> {
  const at = url.indexOf('?');
  return at === -1 ? {} : parse(url.slice(at + 1));
}

/** The maximum nesting of a body. Recursive functions run out of stack at some thousands. */
const MAX_NESTING = 64;

/** Parses JSON. @throws Problem if the text is no JSON or nests too deep */
export function jsonOf(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    throw new Problem('invalid-request', 'The body is not valid JSON.');
  }
  if (isDeeper(value, MAX_NESTING))
    throw new Problem('invalid-request', `The JSON nests more than ${MAX_NESTING} deep.`);
  return value;
}

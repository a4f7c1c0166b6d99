import type { FastifyInstance } from 'fastify';
import { parse } from 'node:querystring';
import type { PlainRequest } from '../../api/http/direct.ts';
import { Problem } from '../../core/problem.ts';
import { isDeeper } from '../limits.ts';

/**
 * Has bodies of whatever media type read as text: browsers send JSON as text/plain, so that they
 * needn't ask first whether they may, and trackers call it what they like.
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

/** A request's body; empty where it has none. */
export function bodyOf({ body }: PlainRequest): string {
  return typeof body === 'string' ? body : '';
}

/** A request's parameters, by name. A parameter that comes more than once is a list. */
export function queryOf({ url }: PlainRequest): Readonly<Record<string, unknown>> {
  const at = url.indexOf('?');
  return at === -1 ? {} : parse(url.slice(at + 1));
}

/** How deep anything is read. Whatever walks a value by calling itself runs out of stack at some thousands. */
const MAX_NESTING = 64;

/** @throws Problem for what is no JSON, or nests deeper than anything is read */
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

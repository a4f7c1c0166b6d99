import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseDeepJson } from '../../api/http/request-json.ts';
import { Problem } from '../../core/problem.ts';

/**
 * Has bodies of whatever media type read as text: browsers send JSON as text/plain, so that they
 * needn't ask first whether they may, and trackers call it what they like.
 */
export function readTexts(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** A request's body; empty where it has none. */
export function bodyOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : '';
}

/** @throws Problem for what is no JSON, or nests deeper than anything is read */
export function jsonOf(text: string): unknown {
  refuseDeepJson(text);
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown;
  } catch {
    throw new Problem('invalid-request', 'The body is not valid JSON.');
  }
}

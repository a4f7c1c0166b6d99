import type { FastifyInstance } from 'fastify';
import { Problem } from '../../core/problem.ts';

/**
 * The maximum nesting of lists and objects in a request. No question nests deeper than ten levels, and
 * recursive functions (also JSON.stringify) run out of stack at some thousands.
 */
const MAX_NESTING = 64;

/**
 * Makes an app parse JSON bodies with `parse`. A member called `__proto__` is a member like any other. A
 * body that isn't JSON, or nests too deep, is a `Problem`.
 * @param parse throws SyntaxError for invalid JSON
 */
export function readBodies(app: FastifyInstance, parse: (text: string) => unknown): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    request.bodyText = body;
    try {
      done(null, jsonOfBody(body, parse));
    } catch (error) {
      done(error as Problem);
    }
  });
}

/** Parses the JSON of a body as `readBodies` does. @throws Problem */
export function jsonOfBody(text: string, parse: (text: string) => unknown): unknown {
  refuseDeepJson(text);
  try {
    return parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    throw new Problem('invalid-request', 'The body is not valid JSON.');
  }
}

/** Refuses a JSON text that nests too deep. For other texts the result means nothing. @throws Problem */
export function refuseDeepJson(text: string): void {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') isText = !isText;
    else if (character === '\\') i++;
    else if (isText) continue;
    else if (character === ']' || character === '}') depth--;
    else if ((character === '[' || character === '{') && ++depth > MAX_NESTING)
      throw new Problem('invalid-request', `The JSON nests deeper than ${MAX_NESTING} levels.`);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON of the body as it was sent; empty if there is none. */
    bodyText: string;
  }
}

import type { FastifyInstance } from 'fastify';
import { Problem } from '../../core/problem.ts';

/**
 * How deep lists and objects of a request may nest. No question nests deeper than ten; whatever walks
 * a value by calling itself (JSON.stringify, too) runs out of stack at some thousands.
 */
const MAX_NESTING = 64;

/**
 * Has the JSON bodies of an app's routes read by `parse`. A member called `__proto__` is a member like
 * any other. What is no JSON, or nests too deep, is a `Problem`.
 * @param parse throws SyntaxError
 */
export function readBodies(app: FastifyInstance, parse: (text: string) => unknown): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, readBody(body, parse));
    } catch (error) {
      done(error as Problem);
    }
  });
}

function readBody(text: string, parse: (text: string) => unknown): unknown {
  refuseDeepJson(text);
  try {
    return parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    throw new Problem('invalid-request', 'The body is not valid JSON.');
  }
}

/** @throws Problem where a JSON text nests too deep. Of what is no JSON anything may be said. */
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
      throw new Problem('invalid-request', `The JSON nests more than ${MAX_NESTING} deep.`);
  }
}

import type { RouteHandlerMethod } from 'fastify';
import { readFileSync } from 'node:fs';
import type { Compressor } from '../../api/http/conditional.ts';
import { sendRendered } from '../../api/http/send.ts';
import { madeNow } from '../../read/answer-cache.ts';

/** A site that is collected asks for it once an hour at most; its ETag makes that a few bytes. */
const HEADERS = {
  'cache-control': 'public, max-age=3600',
  'cross-origin-resource-policy': 'cross-origin',
};

/** The script that sites include: `client/k.ts`, as the build made it. */
export function scriptHandler(compressor: Compressor): RouteHandlerMethod {
  const script = madeNow(
    readFileSync(new URL('assets/k.js', import.meta.url)),
    'text/javascript; charset=utf-8',
  );
  return (request, reply) => sendRendered(request, reply, script, compressor, { headers: HEADERS });
}

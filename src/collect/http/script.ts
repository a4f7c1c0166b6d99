import type { RouteHandlerMethod } from 'fastify';
import { readFileSync } from 'node:fs';
import type { Compressor } from '../../api/http/conditional.ts';
import { sendRendered } from '../../api/http/send.ts';
import { madeNow } from '../../read/answer-cache.ts';

/** Browsers ask for the script once an hour at most. An unchanged ETag makes the answer small. */
const HEADERS = {
  'cache-control': 'public, max-age=3600',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Sends the script that sites include: `client/k.ts`, as bundled by the build. */
export function scriptHandler(compressor: Compressor): RouteHandlerMethod {
  const script = madeNow(
    readFileSync(new URL('assets/k.js', import.meta.url)),
    'text/javascript; charset=utf-8',
  );
  return (request, reply) => sendRendered(request, reply, script, compressor, { headers: HEADERS });
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Rendered } from '../read/answer-cache.ts';
import { encodingFor, etagFor, matches, type Compressor } from './conditional.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from './headers.ts';

/** Aborted when the client goes away before it has its answer. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Sends a finished body: 304 where the client has it already, compressed where that is worth it. */
export async function sendRendered(
  request: FastifyRequest,
  reply: FastifyReply,
  rendered: Rendered,
  compressor: Compressor,
): Promise<FastifyReply> {
  const { etag, stale, closed, hit } = rendered;
  const encoding = encodingFor(request.headers['accept-encoding'], rendered.body.length);
  void reply.headers({
    ...STANDING_HEADERS,
    'cache-control': stale ? CACHE_CONTROL.stale : closed ? CACHE_CONTROL.closed : CACHE_CONTROL.open,
    'cache-status': stale ? 'kraken; hit; detail=stale' : hit ? 'kraken; hit' : 'kraken; fwd=miss',
    vary: 'Accept-Encoding',
    'content-type': rendered.type,
    ...(etag === '' ? {} : { etag: etagFor(etag, encoding) }),
  });
  if (etag !== '' && matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (encoding === 'identity') return reply.send(rendered.body);
  void reply.header('content-encoding', encoding);
  return reply.send(await compressor.compress(rendered.body, etag, encoding));
}

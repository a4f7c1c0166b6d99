import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Rendered } from '../read/answer-cache.ts';
import { encodingFor, etagFor, matches, type Compressor, type Encoding } from './conditional.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from './headers.ts';

/** Aborted when the client goes away before it has its answer. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/**
 * Sends a finished body: 304 where the client has it already, compressed where that is worth it.
 * Written past fastify's reply, whose work on headers would cost more than finding the answer.
 */
export async function sendRendered(
  request: FastifyRequest,
  reply: FastifyReply,
  rendered: Rendered,
  compressor: Compressor,
): Promise<FastifyReply> {
  const { body, etag } = rendered;
  const encoding = encodingFor(request.headers['accept-encoding'], body.length);
  const packed = encoding === 'identity' ? body : await compressor.compress(body, etag, encoding);
  const known = matches(request.headers['if-none-match'], etag);
  reply.hijack();
  reply.raw.writeHead(known ? 304 : 200, headersOf(rendered, encoding, packed.length));
  reply.raw.end(known || request.method === 'HEAD' ? undefined : packed);
  return reply;
}

const prepared = new WeakMap<Rendered, Partial<Record<Encoding, string[]>>>();

/** The headers of an answer, name and value in turn; made once for each encoding. */
function headersOf(rendered: Rendered, encoding: Encoding, length: number): string[] {
  let byEncoding = prepared.get(rendered);
  if (!byEncoding) prepared.set(rendered, (byEncoding = {}));
  return (byEncoding[encoding] ??= headersFor(rendered, encoding, length));
}

function headersFor(
  { type, etag, stale, closed, hit }: Rendered,
  encoding: Encoding,
  length: number,
): string[] {
  return Object.entries({
    ...STANDING_HEADERS,
    'cache-control': stale ? CACHE_CONTROL.stale : closed ? CACHE_CONTROL.closed : CACHE_CONTROL.open,
    'cache-status': stale ? 'kraken; hit; detail=stale' : hit ? 'kraken; hit' : 'kraken; fwd=miss',
    vary: 'Accept-Encoding',
    'content-type': type,
    'content-length': String(length),
    etag: etagFor(etag, encoding),
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  }).flat();
}

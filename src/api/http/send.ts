import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Rendered } from '../../read/answer-cache.ts';
import { encodingFor, etagFor, matches, type Compressor } from './conditional.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from './headers.ts';
import type { Encoding } from './negotiate.ts';
import { HINT, NO_ROWS } from './no-rows.ts';

const gone = new WeakMap<Socket, AbortSignal>();

/**
 * Aborted when the client goes away. It is the connection's: a connection has one request at a
 * time, and a signal for each of them would cost more than reading a cell.
 */
export function goneSignal({ raw: { socket } }: FastifyRequest): AbortSignal {
  let signal = gone.get(socket);
  if (!signal) {
    const controller = new AbortController();
    socket.once('close', () => controller.abort());
    signal = controller.signal;
    // As many listen as a request has reads.
    setMaxListeners(0, signal);
    gone.set(socket, signal);
  }
  return signal;
}

/** How a body is sent where that isn't how answers are. */
export interface Sending {
  readonly status?: number;
  /** The form was chosen by the Accept header: caches have to keep those of other headers apart. */
  readonly negotiated?: boolean;
  /** Instead of an answer's headers of these names, or besides them; names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
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
  { status = 200, negotiated = false, headers }: Sending = {},
): Promise<FastifyReply> {
  const { body, etag } = rendered;
  const encoding = encodingFor(request.headers['accept-encoding'], body.length);
  const known =
    status === 200 && request.method !== 'POST' && matches(request.headers['if-none-match'], etag);
  // Whoever gets no body needn't wait for its compression: then its length isn't told (RFC 9110, 8.6).
  const isBodiless = known || request.method === 'HEAD';
  const packed =
    encoding === 'identity'
      ? body
      : isBodiless
        ? compressor.kept(etag, encoding)
        : await compressor.compress(body, etag, encoding);
  reply.hijack();
  reply.raw.writeHead(
    known ? 304 : status,
    headers
      ? replaced(headersFor(rendered, encoding, negotiated, packed?.length), headers)
      : headersOf(rendered, encoding, negotiated, packed?.length),
  );
  reply.raw.end(isBodiless ? undefined : packed);
  return reply;
}

type Varying = Encoding | `${Encoding} by Accept`;

/** Headers that were made, and how they are sent. Of an answer only the last are kept: they count in its cache. */
interface Prepared {
  readonly way: Varying;
  readonly headers: string[];
}
const prepared = new WeakMap<Rendered, Prepared>();

/**
 * The headers of an answer, name and value in turn; of one that is kept, made once while it is sent the same way.
 * @param length undefined where it isn't told
 */
function headersOf(
  rendered: Rendered,
  encoding: Encoding,
  negotiated: boolean,
  length: number | undefined,
): string[] {
  if (!rendered.hit || length === undefined) return headersFor(rendered, encoding, negotiated, length);
  const way: Varying = negotiated ? `${encoding} by Accept` : encoding;
  const known = prepared.get(rendered);
  if (known?.way === way) return known.headers;
  const headers = headersFor(rendered, encoding, negotiated, length);
  prepared.set(rendered, { way, headers });
  return headers;
}

/** Headers, name and value in turn, with others instead of those of the same name. */
function replaced(headers: readonly string[], others: Readonly<Record<string, string>>): string[] {
  const kept = headers.filter((_, i) => !Object.hasOwn(others, headers[i - (i % 2)] as string));
  return [...kept, ...Object.entries(others).flat()];
}

const {
  'x-frame-options': _frames,
  'content-security-policy': _policy,
  ...WITHOUT_POLICY
} = STANDING_HEADERS;
const STANDING = Object.entries(STANDING_HEADERS).flat();
/** What every response has, but for a policy of its own, which says who may frame it as well. */
const STANDING_BUT_POLICY = Object.entries(WITHOUT_POLICY).flat();

/** Made as a list at once: an object of so many members is slow to make, and to take apart again. */
function headersFor(
  { type, etag, stale, closed, hit, policy, disposition, noRows, hint }: Rendered,
  encoding: Encoding,
  negotiated: boolean,
  length: number | undefined,
): string[] {
  const headers =
    policy === undefined ? STANDING.slice() : [...STANDING_BUT_POLICY, 'content-security-policy', policy];
  headers.push(
    'cache-control',
    stale ? CACHE_CONTROL.stale : closed ? CACHE_CONTROL.closed : CACHE_CONTROL.open,
    'cache-status',
    `kraken; ${hit ? 'hit' : 'fwd=miss'}${stale ? '; detail=stale' : ''}`,
    'vary',
    negotiated ? 'Accept, Accept-Encoding' : 'Accept-Encoding',
    'content-type',
    type,
  );
  if (length !== undefined) headers.push('content-length', String(length));
  headers.push('etag', etagFor(etag, encoding));
  if (encoding !== 'identity') headers.push('content-encoding', encoding);
  if (disposition !== undefined) headers.push('content-disposition', disposition);
  return noRows === undefined && hint === undefined ? headers : exposing(headers, noRows, hint);
}

/** The same with headers of ours. Scripts of other origins see those that are named only. */
function exposing(
  headers: readonly string[],
  noRows: string | undefined,
  hint: string | undefined,
): string[] {
  const own = {
    ...(noRows === undefined ? {} : { [NO_ROWS]: noRows }),
    ...(hint === undefined ? {} : { [HINT]: hint }),
  };
  const names = ['etag', ...Object.keys(own)].join(', ');
  return replaced(headers, { ...own, 'access-control-expose-headers': names });
}

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
      ? Object.entries({ ...headersFor(rendered, encoding, negotiated, packed?.length), ...headers }).flat()
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
  const make = (): string[] => Object.entries(headersFor(rendered, encoding, negotiated, length)).flat();
  if (!rendered.hit || length === undefined) return make();
  const way: Varying = negotiated ? `${encoding} by Accept` : encoding;
  const known = prepared.get(rendered);
  if (known?.way === way) return known.headers;
  const headers = make();
  prepared.set(rendered, { way, headers });
  return headers;
}

/** What every response has, but for a policy of its own, which says who may frame it as well. */
function standingWith(policy: string): Record<string, string> {
  const { 'x-frame-options': _, ...others } = STANDING_HEADERS;
  return { ...others, 'content-security-policy': policy };
}

function headersFor(
  { type, etag, stale, closed, hit, policy, disposition, noRows, hint }: Rendered,
  encoding: Encoding,
  negotiated: boolean,
  length: number | undefined,
): Record<string, string> {
  const cacheControl = stale ? CACHE_CONTROL.stale : closed ? CACHE_CONTROL.closed : CACHE_CONTROL.open;
  return {
    ...(policy === undefined ? STANDING_HEADERS : standingWith(policy)),
    'cache-control': cacheControl,
    'cache-status': `kraken; ${hit ? 'hit' : 'fwd=miss'}${stale ? '; detail=stale' : ''}`,
    vary: negotiated ? 'Accept, Accept-Encoding' : 'Accept-Encoding',
    'content-type': type,
    ...(length === undefined ? {} : { 'content-length': String(length) }),
    etag: etagFor(etag, encoding),
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    ...(disposition === undefined ? {} : { 'content-disposition': disposition }),
    ...exposed({ [NO_ROWS]: noRows, [HINT]: hint }),
  };
}

/** Headers of ours that an answer has. Scripts of other origins see those that are named only. */
function exposed(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const there = Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined);
  if (there.length === 0) return {};
  const names = ['etag', ...there.map(([name]) => name)].join(', ');
  return { ...Object.fromEntries(there), 'access-control-expose-headers': names };
}

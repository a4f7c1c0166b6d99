import { setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Rendered } from '../../read/answer-cache.ts';
import { encodingFor, etagFor, matches, type Compressor } from './conditional.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from './headers.ts';
import type { Encoding } from './negotiate.ts';
import { HINT, NO_ROWS } from './no-rows.ts';
import { contentRange, partOf } from './range.ts';

const gone = new WeakMap<Socket, AbortSignal>();

/**
 * Returns a signal that is aborted when the client goes away. The signal belongs to the connection, which
 * has one request at a time: a signal for each request would cost more than reading a cell.
 */
export function goneSignal({ socket }: { readonly socket: Socket }): AbortSignal {
  let signal = gone.get(socket);
  if (!signal) {
    const controller = new AbortController();
    socket.once('close', () => controller.abort());
    signal = controller.signal;
    // A request adds a listener for each of its reads, and may have many of them.
    setMaxListeners(0, signal);
    gone.set(socket, signal);
  }
  return signal;
}

/** How a body is sent, if not like an answer. */
export interface Sending {
  readonly status?: number;
  /** Whether the Accept header chose the form, so that caches must keep the forms apart. */
  readonly negotiated?: boolean;
  /** Headers that replace or complement those of an answer. Names are in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The parts of a request that decide how an answer is sent. */
export interface Receiver {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Sends a rendered body, compressed if that pays off, or 304 if the client already has it. It bypasses
 * fastify's reply, whose work on headers would cost more than finding the answer.
 */
export async function sendRendered(
  request: FastifyRequest,
  reply: FastifyReply,
  rendered: Rendered,
  compressor: Compressor,
  sending: Sending = {},
): Promise<FastifyReply> {
  const later = sendAnswer(request, reply.raw, rendered, compressor, sending);
  if (later) await later;
  return reply.hijack();
}

/**
 * Sends a rendered body as `sendRendered` does, without fastify.
 * @returns undefined if it is sent already; else a promise, because it has to be compressed before
 */
export function sendAnswer(
  request: Receiver,
  response: ServerResponse,
  rendered: Rendered,
  compressor: Compressor,
  { status = 200, negotiated = false, headers }: Sending = {},
): Promise<void> | undefined {
  const { encoding, known, isBodiless, kept } = formOf(request, rendered, compressor, status);
  const isWhole = request.headers.range === undefined || encoding !== 'identity' || status !== 200;
  if (!isWhole && !isBodiless && request.method === 'GET') {
    if (sendPart(request, response, rendered, negotiated, headers)) return undefined;
  }
  const send = (packed: Buffer | undefined): void => {
    response.writeHead(
      known ? 304 : status,
      headers
        ? replaced(headersFor(rendered, encoding, negotiated, packed?.length), headers)
        : headersOf(rendered, encoding, negotiated, packed?.length),
    );
    response.end(isBodiless ? undefined : packed);
  };
  if (isBodiless || encoding === 'identity' || kept) {
    send(kept);
    return undefined;
  }
  return compressor.compress(rendered.body, rendered.etag, encoding).then(send);
}

/** Sends the part of a body that a client asks for. @returns false if it is to have the whole */
function sendPart(
  request: Receiver,
  response: ServerResponse,
  rendered: Rendered,
  negotiated: boolean,
  headers: Readonly<Record<string, string>> = {},
): boolean {
  const { body, etag } = rendered;
  const part = partOf(request.headers, body.length, etag);
  if (part === undefined) return false;
  const sent = part === 'none' ? Buffer.alloc(0) : body.subarray(part.start, part.end);
  response.writeHead(
    part === 'none' ? 416 : 206,
    replaced(headersFor(rendered, 'identity', negotiated, sent.length), {
      ...headers,
      'content-range': contentRange(part, body.length),
    }),
  );
  response.end(sent);
  return true;
}

/** How a body goes to a client. */
interface Form {
  readonly encoding: Encoding;
  /** Whether the client has it already. */
  readonly known: boolean;
  /** A response without a body doesn't wait for compression; then it has no Content-Length (RFC 9110, 8.6). */
  readonly isBodiless: boolean;
  /** The body in its encoding, if it needn't be compressed first. */
  readonly kept: Buffer | undefined;
}

function formOf(
  { method, headers }: Receiver,
  { body, etag }: Rendered,
  compressor: Compressor,
  status: number,
): Form {
  const encoding = encodingFor(headers['accept-encoding'], body.length);
  const known = status === 200 && method !== 'POST' && matches(headers['if-none-match'], etag);
  const kept = encoding === 'identity' ? body : compressor.kept(etag, encoding);
  return { encoding, known, isBodiless: known || method === 'HEAD', kept };
}

type Varying = Encoding | `${Encoding} by Accept`;

/**
 * The newest headers of an answer, with the encoding and the negotiation that they were made for. Older
 * headers aren't kept, because that would take memory without a bound.
 */
interface Prepared {
  readonly way: Varying;
  readonly headers: string[];
}
const prepared = new WeakMap<Rendered, Prepared>();

/**
 * Returns the headers of an answer, as alternating names and values. The headers of a cached answer are made
 * again only when it is sent in another encoding or with another negotiation.
 * @param length undefined if there is no Content-Length
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

/** Replaces headers of the same name, and adds the others. Headers are a list of alternating names and values. */
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
/** The headers of every response, except the policy and the frame options, which a policy of its own replaces. */
const STANDING_BUT_POLICY = Object.entries(WITHOUT_POLICY).flat();

/** Makes the headers of an answer as a list: an object with so many members would be slow to make and to read. */
function headersFor(
  { type, etag, stale, closed, isLive, hit, policy, disposition, noRows, hint }: Rendered,
  encoding: Encoding,
  negotiated: boolean,
  length: number | undefined,
): string[] {
  const headers =
    policy === undefined ? STANDING.slice() : [...STANDING_BUT_POLICY, 'content-security-policy', policy];
  headers.push(
    'cache-control',
    CACHE_CONTROL[stale ? 'stale' : closed ? 'closed' : isLive ? 'live' : 'open'],
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

/** Adds Kraken's own headers and exposes them, so that scripts of other origins can read them. */
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

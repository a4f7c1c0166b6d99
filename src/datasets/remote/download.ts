import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Addresses } from './addresses.ts';
import { FetchError } from './fetch-error.ts';

const MAX_REDIRECTS = 5;
/** How long a server may be silent, in ms. */
const SILENCE_MS = 30_000;
/** How long everything may take, in ms. */
const WHOLE_MS = 15 * 60_000;

/** What a server said of a file when it was last fetched. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface DownloadOptions {
  readonly url: string;
  /** The path of the file to be written. */
  readonly path: string;
  /** The maximum size, packed or not, in bytes. */
  readonly maxBytes: number;
  readonly known: Validators;
  readonly addresses: Addresses;
  readonly signal: AbortSignal;
}

/**
 * Fetches a file by HTTPS, if it changed. Redirects, size and time are bounded, and so are the addresses it comes from.
 * @returns what the server says of the file; undefined if it is the known one, and nothing was written
 * @throws FetchError
 */
export async function download(options: DownloadOptions): Promise<Validators | undefined> {
  const { path, maxBytes, known } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(WHOLE_MS)]);
  const agent = new Agent({ keepAlive: false, lookup: options.addresses.lookup });
  try {
    const response = await responseOf(options, agent, signal);
    const { statusCode, headers } = response;
    if (statusCode === 304 && (known.etag ?? known.lastModified) !== undefined) {
      response.resume();
      return undefined;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw new FetchError(`the server answers ${statusCode} ${response.statusMessage ?? ''}`.trim());
    }
    const isPacked = headers['content-encoding'] === 'gzip';
    if (!isPacked && Number(headers['content-length'] ?? 0) > maxBytes) {
      response.destroy();
      throw tooLarge(maxBytes);
    }
    const unpacking = isPacked ? [createGunzip()] : [];
    await pipeline([response, ...unpacking, bounded(maxBytes), createWriteStream(path, { flush: true })], {
      signal,
    });
    return {
      ...(headers.etag === undefined ? {} : { etag: headers.etag }),
      ...(headers['last-modified'] === undefined ? {} : { lastModified: headers['last-modified'] }),
    };
  } catch (cause) {
    options.signal.throwIfAborted();
    throw cause instanceof FetchError
      ? cause
      : new FetchError(whyNot(cause as NodeJS.ErrnoException), { cause });
  } finally {
    agent.destroy();
  }
}

/** Follows redirects. @throws FetchError; errors of connecting */
async function responseOf(
  { url, known, addresses }: DownloadOptions,
  agent: Agent,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let next = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (next.protocol !== 'https:')
      throw new FetchError(`it leads to ${next.protocol}//${next.host}, which is not https`);
    addresses.checkHost(next.hostname);
    const headers = {
      'user-agent': 'kraken',
      'accept-encoding': 'gzip',
      ...(known.etag === undefined ? {} : { 'if-none-match': known.etag }),
      ...(known.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
    };
    const target = next.href;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = get(target, { agent, headers, signal, timeout: SILENCE_MS }, resolve);
      request.on('timeout', () =>
        request.destroy(new FetchError(`the server said nothing for ${SILENCE_MS / 1000} s`)),
      );
      request.on('error', reject);
    });
    const { location } = response.headers;
    if (location === undefined || ![301, 302, 303, 307, 308].includes(response.statusCode ?? 0))
      return response;
    response.destroy();
    if (!URL.canParse(location, next.href)) throw new FetchError('it leads to an address that is none');
    next = new URL(location, next);
  }
  throw new FetchError(`it leads on more than ${MAX_REDIRECTS} times`);
}

function bounded(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

function tooLarge(maxBytes: number): FetchError {
  return new FetchError(`it is larger than ${Math.floor(maxBytes / 2 ** 20)} MiB`);
}

function whyNot({ code, name, message }: NodeJS.ErrnoException): string {
  if (name === 'TimeoutError') return `it took longer than ${WHOLE_MS / 60_000} minutes`;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host';
    case 'ECONNREFUSED':
      return 'the host refuses the connection';
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return 'the connection broke off';
    default:
      return code === undefined ? message : `${message} (${code})`;
  }
}

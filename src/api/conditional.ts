import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { ownBytes } from '../core/own-bytes.ts';
import { encodingsOf, type Encoding } from './negotiate.ts';

/** Below this many bytes compression costs more than it saves. */
const WORTH_BYTES = 1024;

/**
 * The encoding to use, of those that an Accept-Encoding header allows. What allows none at all
 * (`*;q=0`) is answered with the body as it is: the alternative is no answer.
 */
export function encodingFor(accept: string | undefined, bytes: number): Encoding {
  const allowed = encodingsOf(accept);
  if (bytes < WORTH_BYTES && allowed.includes('identity')) return 'identity';
  return allowed[0] ?? 'identity';
}

/** The ETag of a body in an encoding: `"3f…"`, `"3f…-br"`. */
export function etagFor(etag: string, encoding: Encoding): string {
  return encoding === 'identity' ? etag : `${etag.slice(0, -1)}-${encoding}"`;
}

/** Whether an If-None-Match header names this ETag, in any encoding. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  const opaque = etag.slice(1, -1);
  return ifNoneMatch.split(',').some((part) => {
    const tag = part.trim().replace(/^W\//, '');
    return tag === '*' || tag.slice(1, -1).replace(/-(br|gzip)$/, '') === opaque;
  });
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
/** Levels at which an answer is compressed in well under a millisecond. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 5;

/** Bodies compressed once, by their ETag. */
export class Compressor {
  readonly #done: LRUCache<string, Buffer>;

  /** @param maxBytes the most that the kept bodies may take together */
  constructor(maxBytes: number) {
    this.#done = new LRUCache({
      maxSize: Math.max(maxBytes, 1),
      sizeCalculation: (body) => body.length + 200,
    });
  }

  async compress(body: Buffer, etag: string, encoding: 'br' | 'gzip'): Promise<Buffer> {
    const key = encoding + etag;
    let done = this.#done.get(key);
    if (!done) {
      const made =
        encoding === 'br'
          ? await brotli(body, {
              params: {
                [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
                [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
              },
            })
          : await zip(body, { level: GZIP_LEVEL });
      done = ownBytes(made);
      this.#done.set(key, done);
    }
    return done;
  }
}

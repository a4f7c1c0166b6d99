import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { ownBytes } from '../core/own-bytes.ts';

/** How a body is sent. */
export type Encoding = 'br' | 'gzip' | 'identity';

/** Below this many bytes compression costs more than it saves. */
const WORTH_BYTES = 1024;

/** The encoding to use, of those that an Accept-Encoding header allows; brotli first. */
export function encodingFor(accept: string | undefined, bytes: number): Encoding {
  if (!accept || bytes < WORTH_BYTES) return 'identity';
  if (allows(accept, 'br')) return 'br';
  return allows(accept, 'gzip') ? 'gzip' : 'identity';
}

function allows(accept: string, coding: string): boolean {
  return accept.split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
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

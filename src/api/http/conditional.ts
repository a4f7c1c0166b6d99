import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { ownBytes } from '../../core/value/own-bytes.ts';
import { encodingsOf, type Encoding } from './negotiate.ts';

type Compressed = Exclude<Encoding, 'identity'>;

/** Smaller bodies aren't compressed: it would cost more than it saves. */
const WORTH_BYTES = 1024;

/**
 * Chooses the encoding of a body by the Accept-Encoding header. If the header allows no encoding at all
 * (`*;q=0`), the body is sent unencoded, because the alternative is no answer.
 */
export function encodingFor(accept: string | undefined, bytes: number): Encoding {
  const allowed = encodingsOf(accept);
  if (bytes < WORTH_BYTES && allowed.includes('identity')) return 'identity';
  return allowed[0] ?? 'identity';
}

/** Returns the ETag of a body in an encoding: `"3f…"`, `"3f…-br"`. */
export function etagFor(etag: string, encoding: Encoding): string {
  return encoding === 'identity' ? etag : `${etag.slice(0, -1)}-${encoding}"`;
}

/** Whether an If-None-Match header names this ETag, in any encoding. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  if (ifNoneMatch === etag) return true;
  const opaque = etag.slice(1, -1);
  return ifNoneMatch.split(',').some((part) => {
    const tag = part.trim().replace(/^W\//, '');
    return tag === '*' || tag.slice(1, -1).replace(/-(br|gzip)$/, '') === opaque;
  });
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
/** At these levels, compressing an answer takes well under a millisecond. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 5;

/** The memory of a cache entry besides its body: the key, and the lists that hold it. */
const ENTRY_BYTES = 500;

/** Compresses bodies and caches the results by ETag. Concurrent requests for one body share the work. */
export class Compressor {
  readonly #done: LRUCache<string, Buffer>;
  readonly #underWay = new Map<string, Promise<Buffer>>();

  readonly #pack: typeof packed;

  /**
   * @param maxBytes the maximum size of all cached bodies together
   * @param pack compresses a body
   */
  constructor(maxBytes: number, pack = packed) {
    this.#pack = pack;
    this.#done = new LRUCache({
      maxSize: Math.max(maxBytes, 1),
      sizeCalculation: (body) => body.length + ENTRY_BYTES,
    });
  }

  /** Returns the compressed body if it is cached. */
  kept(etag: string, encoding: Compressed): Buffer | undefined {
    return this.#done.get(encoding + etag);
  }

  async compress(body: Buffer, etag: string, encoding: Compressed): Promise<Buffer> {
    const key = encoding + etag;
    const done = this.#done.get(key);
    if (done) return done;
    let making = this.#underWay.get(key);
    if (!making) {
      making = this.#make(body, key, encoding).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, making);
    }
    return making;
  }

  async #make(body: Buffer, key: string, encoding: Compressed): Promise<Buffer> {
    const done = ownBytes(await this.#pack(body, encoding));
    this.#done.set(key, done);
    return done;
  }
}

/** Compresses a body. The returned Buffer may be a part of a much larger one. */
function packed(body: Buffer, encoding: Compressed): Promise<Buffer> {
  if (encoding === 'gzip') return zip(body, { level: GZIP_LEVEL });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  return brotli(body, { params });
}

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { ownBytes } from '../../core/value/own-bytes.ts';
import { encodingsOf, type Encoding } from './negotiate.ts';

type Compressed = Exclude<Encoding, 'identity'>;

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

/** What an entry of the cache takes besides its bytes: its key, and the lists that it is in. */
const ENTRY_BYTES = 500;

/** Bodies compressed once, by their ETag, however many ask at once. */
export class Compressor {
  readonly #done: LRUCache<string, Buffer>;
  readonly #underWay = new Map<string, Promise<Buffer>>();

  readonly #pack: typeof packed;

  /**
   * @param maxBytes the most that the kept bodies may take together
   * @param pack compresses a body
   */
  constructor(maxBytes: number, pack = packed) {
    this.#pack = pack;
    this.#done = new LRUCache({
      maxSize: Math.max(maxBytes, 1),
      sizeCalculation: (body) => body.length + ENTRY_BYTES,
    });
  }

  /** The compressed body, where it is there already. */
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

/** @returns a Buffer that may be a part of a far longer one */
function packed(body: Buffer, encoding: Compressed): Promise<Buffer> {
  if (encoding === 'gzip') return zip(body, { level: GZIP_LEVEL });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  return brotli(body, { params });
}

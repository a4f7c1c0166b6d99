import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { EngineError } from '../core/engine-error.ts';
import { ownBytes } from '../core/value/own-bytes.ts';

/** An answer in one form. */
export interface RenderedBody {
  readonly body: Buffer;
  /** The media type. */
  readonly type: string;
  /** Its Content-Security-Policy, where it isn't that of data. */
  readonly policy?: string;
  /** Its Content-Disposition, where it is to be saved. */
  readonly disposition?: string;
  /** Its `Kraken-No-Rows`: which of several values that were asked for have no rows. */
  readonly noRows?: string;
  /** Its `Kraken-Hint`: why it has no rows. */
  readonly hint?: string;
}

/** An answer in one form, ready to be sent. */
export interface Rendered extends RenderedBody {
  /** Of the body as it is, in quotes: `"3f…"`. All gateways agree on it. */
  readonly etag: string;
  readonly version: number;
  readonly closed: boolean;
  /** The engine couldn't confirm that this is still the answer. */
  readonly stale: boolean;
  /** Whether it came from the cache. */
  readonly hit: boolean;
}

/** What an answer takes besides its bytes and its texts: its headers, the lists that it is in. */
const ENTRY_BYTES = 1200;

/** The ETag of a body: a hash, so that all gateways agree on it. */
export function etagOf(body: Buffer): string {
  return `"${hash('sha1', body, 'hex')}"`;
}

/** A body that was made for this request: an open one, of no version. */
export function madeNow(body: Buffer, type: string): Rendered {
  return { body, type, etag: etagOf(body), version: 0, closed: false, stale: false, hit: false };
}

/** The same in memory of its own, as those who ask later are given it. */
export function cachedCopy(rendered: Rendered): Rendered {
  return { ...rendered, body: ownBytes(rendered.body), hit: true };
}

/**
 * Answers as bytes, by question and form. An answer of another version is not given, but kept
 * until the new one is there, for when the engine fails meanwhile. Errors are never kept.
 */
export class AnswerCache {
  readonly #cache: LRUCache<string, Rendered>;

  /** @param maxBytes the most that the kept answers may take together */
  constructor(maxBytes: number) {
    this.#cache = new LRUCache({
      maxSize: Math.max(maxBytes, 1),
      sizeCalculation: ({ body, noRows = '', hint = '' }, key) =>
        body.length + (key.length + noRows.length + hint.length) * 2 + ENTRY_BYTES,
    });
  }

  get usage(): { bytes: number; answers: number } {
    return { bytes: this.#cache.calculatedSize, answers: this.#cache.size };
  }

  /** The kept answer, where it is that of this version. */
  fresh(key: string, plan: Versioned): Rendered | undefined {
    const known = this.#cache.get(key);
    return known && known.version === plan.version && known.closed === plan.closed ? known : undefined;
  }

  /**
   * The kept answer where it is that of this version, else a new one; where that can't be made or
   * `confirmed` is false, the kept one whatever its version, marked stale.
   * @throws what `make` throws, where nothing is kept
   */
  async get(
    key: string,
    plan: Versioned,
    confirmed: boolean,
    make: () => Promise<RenderedBody>,
  ): Promise<Rendered> {
    const known = this.#cache.get(key);
    if (known && !confirmed) return { ...known, stale: true };
    const fresh = this.fresh(key, plan);
    if (fresh) return fresh;
    try {
      const made = await make();
      const { version, closed } = plan;
      const rendered = { ...made, etag: etagOf(made.body), version, closed, stale: !confirmed, hit: false };
      if (confirmed) this.#cache.set(key, cachedCopy(rendered));
      return rendered;
    } catch (error) {
      if (known && error instanceof EngineError) return { ...known, stale: true };
      throw error;
    }
  }
}

interface Versioned {
  readonly version: number;
  readonly closed: boolean;
}

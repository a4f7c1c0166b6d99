import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { EngineError } from '../core/engine-error.ts';
import { ownBytes } from '../core/value/own-bytes.ts';

export interface RenderedBody {
  readonly body: Buffer;
  /** The media type. */
  readonly type: string;
  /** The Content-Security-Policy, if it differs from that of data. */
  readonly policy?: string;
  /** The Content-Disposition, if the answer is to be saved as a file. */
  readonly disposition?: string;
  /** The header `Kraken-No-Rows`: the values without rows, if several were asked for. */
  readonly noRows?: string;
  /** The header `Kraken-Hint`: why the answer has no rows, or no open periods. */
  readonly hint?: string;
  /** Whether it has open periods, whose numbers change all the time. */
  readonly isLive?: true;
}

export interface Rendered extends RenderedBody {
  /** The entity tag of the uncompressed body, in quotes: `"3f…"`. */
  readonly etag: string;
  readonly version: number;
  readonly closed: boolean;
  /** Whether the engine couldn't confirm that this is still the answer. */
  readonly stale: boolean;
  /** Whether it came from the cache. */
  readonly hit: boolean;
}

/** Memory of a cache entry besides its body and texts, in bytes. */
const ENTRY_BYTES = 1200;

/** The entity tag of a body. It is a digest of the body, so that all gateways agree on it. */
export function etagOf(body: Buffer): string {
  return `"${hash('sha1', body, 'hex')}"`;
}

/** An answer that was made for this request alone: not from the cache, without a version, not closed. */
export function madeNow(body: Buffer, type: string): Rendered {
  return { body, type, etag: etagOf(body), version: 0, closed: false, stale: false, hit: false };
}

/** Makes an answer of a body. Spreading the body's members, which vary, would take longer than its digest. */
function tagged(made: RenderedBody, { version, closed }: Versioned, stale: boolean): Rendered {
  const { body, type, policy, disposition, noRows, hint, isLive } = made;
  const tag = { body, type, etag: etagOf(body), version, closed, stale, hit: false };
  const isPlain = (policy ?? disposition ?? noRows ?? hint ?? isLive) === undefined;
  return isPlain ? tag : { ...made, ...tag };
}

/** A copy for the cache: its body has memory of its own, and it is marked as a hit. */
export function cachedCopy(rendered: Rendered): Rendered {
  return { ...rendered, body: ownBytes(rendered.body), hit: true };
}

/**
 * A cache of rendered answers, by question and form. An answer of an outdated version is kept until the
 * new one is there, and given only if the engine fails meanwhile. Errors are never cached.
 */
export class AnswerCache {
  readonly #cache: LRUCache<string, Rendered>;
  readonly #isOn: boolean;

  /** @param maxBytes the memory that all cached answers may take together; 0 turns the cache off */
  constructor(maxBytes: number) {
    this.#isOn = maxBytes > 0;
    this.#cache = new LRUCache({
      maxSize: Math.max(maxBytes, 1),
      sizeCalculation: ({ body, noRows = '', hint = '' }, key) =>
        body.length + (key.length + noRows.length + hint.length) * 2 + ENTRY_BYTES,
    });
  }

  get usage(): { bytes: number; answers: number } {
    return { bytes: this.#cache.calculatedSize, answers: this.#cache.size };
  }

  /**
   * The cached answer if it has the plan's version, else a new one: at once if `make` makes it at once. If the engine fails, or `confirmed`
   * is false, the cached one of any version is given and marked stale.
   * @param confirmed whether the plan's version is known to be the current one
   * @throws what `make` throws, if nothing is cached
   */
  get(
    key: string,
    plan: Versioned,
    confirmed: boolean,
    make: () => RenderedBody | Promise<RenderedBody>,
  ): Rendered | Promise<Rendered> {
    const known = this.#cache.get(key);
    if (known && !confirmed) return { ...known, stale: true };
    if (known && known.version === plan.version && known.closed === plan.closed) return known;
    const keep = (made: RenderedBody): Rendered => {
      const rendered = tagged(made, plan, !confirmed);
      if (confirmed && this.#isOn) this.#cache.set(key, cachedCopy(rendered));
      return rendered;
    };
    const orKnown = (error: unknown): Rendered => {
      if (known && error instanceof EngineError) return { ...known, stale: true };
      throw error;
    };
    try {
      const made = make();
      return made instanceof Promise ? made.then(keep).catch(orKnown) : keep(made);
    } catch (error) {
      return orKnown(error);
    }
  }
}

interface Versioned {
  readonly version: number;
  readonly closed: boolean;
}

import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { Problem } from '../../core/problem.ts';

/** Longer headers aren't read, because that would cost more than an answer. */
const MAX_LENGTH = 1000;
/** The number of headers whose result is cached: clients repeat the same few, and reading one costs some 30 µs. */
const MAX_CACHED = 200;

/** Returns the offer that a header prefers; undefined if it accepts none of the offers. */
export type Preference<Offer> = (header: string | undefined) => Offer | undefined;

/**
 * Returns a function that chooses a media type by an Accept header (RFC 9110, 12.5.1). If the header
 * prefers several equally, the one that it names first wins, then the one that is offered first. If the
 * header is missing or names no media range, the first offer wins.
 * @param offers media types with their parameters; `text/csv` also accepts `text/csv; charset=utf-8`
 */
export function preferenceAmong<Offer extends string>(offers: readonly Offer[]): Preference<Offer> {
  const [first] = offers;
  if (first === undefined) throw new Error('nothing is offered');
  const plain = (first.split(';', 1)[0] as string).trim();
  const read = memoized((accept) => new Negotiator({ headers: { accept } }).mediaType(offers));
  return (accept) => {
    if (accept === undefined || accept === '*/*' || accept === plain) return first;
    return accept.includes('/') && accept.length <= MAX_LENGTH ? read(accept) : first;
  };
}

/** The encodings of a body, in order of preference. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * Returns the encodings that an Accept-Encoding header allows, the preferred one first (RFC 9110, 12.5.3).
 * Among equally preferred ones, brotli comes first. `identity` is included unless the header refuses it.
 */
export function encodingsOf(accept: string | undefined): readonly Encoding[] {
  return accept === undefined || accept.length > MAX_LENGTH ? PLAIN : encodingsIn(accept);
}

const PLAIN: readonly Encoding[] = ['identity'];
const encodingsIn = memoized((accept) =>
  new Negotiator({ headers: { 'accept-encoding': accept } }).encodings(ENCODINGS, { preferred: ENCODINGS }),
);

/** Returns the same function with a cache of its last results. */
export function memoized<Found>(read: (text: string) => Found): (text: string) => Found {
  const known = new LRUCache<string, { readonly found: Found }>({ max: MAX_CACHED });
  return (text) => {
    let entry = known.get(text);
    if (!entry) known.set(text, (entry = { found: read(text) }));
    return entry.found;
  };
}

/** Returns the problem of an Accept header that accepts none of the answer's formats. */
export function notAcceptable(offers: readonly string[]): Problem {
  const types = offers.map((offer) => offer.split(';', 1)[0] as string);
  return new Problem(
    'not-acceptable',
    `The Accept header accepts none of the formats of this answer: ${types.join(', ')}.`,
    { parameter: 'Accept', allowed: types },
  );
}

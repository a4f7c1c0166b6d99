import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { Problem } from '../../core/problem.ts';

/** A longer header says nothing that can be met, and reading it would cost more than an answer. */
const LONGEST = 1000;
/** Browsers and libraries send the same few headers again and again; reading one costs some 30 µs. */
const REMEMBERED = 200;

/** The one of the offered things that a header wants most; undefined where it wants none of them. */
export type Preference<Offer> = (header: string | undefined) => Offer | undefined;

/**
 * What an Accept header wants of some media types: RFC 9110, 12.5.1. Where it wants several equally, the
 * one that it names first counts, and of those that it doesn't name the one that is offered first. A
 * header that is missing, or names no media range, wants what is offered first.
 * @param offers media types with their parameters: `text/csv; charset=utf-8` is wanted by `text/csv` too
 */
export function preferenceAmong<Offer extends string>(offers: readonly Offer[]): Preference<Offer> {
  const [first] = offers;
  if (first === undefined) throw new Error('nothing is offered');
  const plain = (first.split(';', 1)[0] as string).trim();
  const read = remembering((accept) => new Negotiator({ headers: { accept } }).mediaType(offers));
  return (accept) => {
    if (accept === undefined || accept === '*/*' || accept === plain) return first;
    return accept.includes('/') && accept.length <= LONGEST ? read(accept) : first;
  };
}

/** How a body can be sent, what is sent by preference first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * The encodings that an Accept-Encoding header allows, the most wanted first: RFC 9110, 12.5.3. Of those
 * that are wanted equally brotli comes first. `identity` is among them unless it is refused.
 */
export function encodingsOf(accept: string | undefined): readonly Encoding[] {
  return accept === undefined || accept.length > LONGEST ? PLAIN : encodingsIn(accept);
}

const PLAIN: readonly Encoding[] = ['identity'];
const encodingsIn = remembering((accept) =>
  new Negotiator({ headers: { 'accept-encoding': accept } }).encodings(ENCODINGS, { preferred: ENCODINGS }),
);

/** The same function, which remembers what it found of the last few texts. */
function remembering<Found>(read: (text: string) => Found): (text: string) => Found {
  const known = new LRUCache<string, { readonly found: Found }>({ max: REMEMBERED });
  return (text) => {
    let entry = known.get(text);
    if (!entry) known.set(text, (entry = { found: read(text) }));
    return entry.found;
  };
}

/** The problem of an Accept header that wants none of the forms that an answer can have. */
export function notAcceptable(offers: readonly string[]): Problem {
  const types = offers.map((offer) => offer.split(';', 1)[0] as string);
  return new Problem(
    'not-acceptable',
    `Accept wants none of the forms that this answer can have: ${types.join(', ')}.`,
    { parameter: 'Accept', allowed: types },
  );
}

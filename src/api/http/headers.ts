import type { FastifyInstance } from 'fastify';
import { CACHE_SECONDS } from '../../read/cache-seconds.ts';

/** The headers of every response, as in AQS: any web page may read it, and no page may embed it as a document. */
export const STANDING_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET,HEAD',
  'access-control-allow-headers':
    'accept, content-type, content-length, cache-control, accept-language, api-user-agent, if-match, if-modified-since, if-none-match, dnt, accept-encoding, last-event-id',
  'access-control-expose-headers': 'etag',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'origin-when-cross-origin',
  'x-xss-protection': '1; mode=block',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

const sharedFor = (seconds: number): string => `s-maxage=${seconds}, max-age=${seconds}`;

/** The values of Cache-Control. `open` is for answers that touch the newest closed period, `live` for those with open ones. */
export const CACHE_CONTROL = {
  closed: sharedFor(CACHE_SECONDS.closed),
  open: sharedFor(CACHE_SECONDS.open),
  live: sharedFor(CACHE_SECONDS.live),
  stale: sharedFor(CACHE_SECONDS.stale),
  notFound: sharedFor(CACHE_SECONDS.notFound),
  never: 'no-store',
  /** For URLs that contain a digest of the file. */
  forGood: 'public, max-age=31536000, immutable',
} as const;

/** The headers of answers that go on for long. */
export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  ...STANDING_HEADERS,
  // Nobody keeps, packs or holds back what is for this moment.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  vary: 'Accept',
};

/** Answers OPTIONS for a URL with its methods: `GET,POST`. @param more headers that replace or complement the standing ones */
export function answerOptions(
  app: FastifyInstance,
  url: string,
  methods: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const headers = {
    ...more,
    'access-control-allow-methods': methods,
    allow: `${methods},OPTIONS`,
  };
  app.options(url, (_, reply) =>
    reply
      .headers({ ...STANDING_HEADERS, ...headers })
      .code(204)
      .send(),
  );
}

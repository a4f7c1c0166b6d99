import type { Random } from './random.ts';

/** What was asked for, and what the server answered. */
export interface Answer {
  method: string;
  path: string;
  /** With its `?`. */
  query: string;
  status: string;
  /** `-` if the answer has none. */
  contentType: string;
  bytes: number;
}

const HTML = [
  'text/html; charset=utf-8',
  'text/html; charset=UTF-8',
  'text/html',
  'text/html;charset=utf-8',
  'text/html; charset=iso-8859-1',
];

/** Completes the answer to a view of a page. */
export function answerForPage(into: Answer, random: Random): void {
  into.method = 'GET';
  into.bytes = 2_000 + random.below(60_000);
  const kind = random.next();
  into.contentType = kind < 0.9 ? (HTML[0] as string) : random.of(HTML);
  into.status = '200';
  // A page that hasn't changed is answered without a type.
  if (kind >= 0.97) [into.status, into.contentType, into.bytes] = ['304', '-', 0];
  else if (kind >= 0.96) into.contentType = '-';
}

/** An ending, and the content type of such files. */
const FILES: readonly (readonly [string, string])[] = [
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.webp', 'image/webp'],
  ['.svg', 'image/svg+xml'],
  ['.css', 'text/css'],
  ['.js', 'application/javascript'],
  ['.woff2', 'font/woff2'],
  ['.ico', 'image/x-icon'],
  ['.rss', 'application/rss+xml'],
  ['.PNG', 'image/png'],
];
const OTHER_STATUSES = ['301', '302', '307', '400', '403', '404', '404', '404', '410', '429', '500', '503'];
const OTHER_METHODS = ['POST', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];

/**
 * Makes a request that is no view of a page of what would be one.
 * @param isWithoutType whether the log has no content types, so that the path's ending has to say it
 */
export function answerForNoPage(into: Answer, random: Random, isWithoutType: boolean): void {
  answerForPage(into, random);
  const kind = random.next();
  if (kind < 0.7) {
    const [ending, type] = random.of(FILES);
    into.path = `/static${into.path.replace(/\/$/, '')}${ending}`;
    into.contentType = into.status === '304' || random.next() < 0.1 ? '-' : type;
    if (random.next() < 0.2) into.query = '?v=12';
  } else if (kind < 0.75 && !isWithoutType) {
    into.path = `/api${into.path}`;
    into.contentType = 'application/json';
    into.status = '200';
  } else if (kind < 0.9) {
    into.status = random.of(OTHER_STATUSES);
    into.contentType = random.of(HTML);
  } else into.method = random.of(OTHER_METHODS);
}

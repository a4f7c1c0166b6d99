import { hash } from 'node:crypto';
import { invalidParameter } from '../problem.ts';
import { MAX_ROWS, type Query } from './query.ts';

/** The position of a page: its offset, and the version of the data. */
export interface Place {
  readonly offset: number;
  readonly version: number;
}

/** The highest offset of a page: engines take it as a 32-bit integer. */
const MAX_OFFSET = 2 ** 31 - 1 - MAX_ROWS;

/** A digest of the question. It leaves `limit` out, which may change from page to page. */
function nameOf(query: Query): string {
  return hash('sha1', JSON.stringify({ ...query, limit: 0, dryRun: false }), 'base64url').slice(0, 16);
}

/** A checksum, which finds changed or mistyped cursors. */
function sealOf(text: string): string {
  return hash('sha1', `kraken cursor ${text}`, 'base64url').slice(0, 8);
}

/** The opaque cursor of a page. */
export function cursorOf(query: Query, { offset, version }: Place): string {
  const text = `${nameOf(query)}.${offset.toString(36)}.${version.toString(36)}`;
  return Buffer.from(`${text}.${sealOf(text)}`).toString('base64url');
}

/**
 * Reads a cursor.
 * @param version the current version of the data
 * @returns how many rows come before the page
 * @throws Problem if it is not a cursor or another question's, or if the data has changed since
 */
export function offsetOf(cursor: string, query: Query, version: number): number {
  const whole = Buffer.from(cursor, 'base64url').toString();
  const at = whole.lastIndexOf('.');
  const [name, place, of] = whole.slice(0, at).split('.');
  const offset = numberOf(place);
  if (at < 0 || whole.slice(at + 1) !== sealOf(whole.slice(0, at)) || !of || !(offset <= MAX_OFFSET))
    throw invalidParameter(
      'cursor',
      'The cursor is not valid. Use the cursor of the previous page without changing it.',
      'the cursor of the previous page',
    );
  if (name !== nameOf(query))
    throw invalidParameter(
      'cursor',
      'The cursor belongs to another question. Only limit may change from page to page.',
    );
  if (numberOf(of) !== version)
    throw invalidParameter(
      'cursor',
      'The data has changed since the previous page. Begin again without a cursor.',
    );
  return offset;
}

/** The number that `toString(36)` wrote; NaN for any other text. */
function numberOf(text = ''): number {
  return /^[0-9a-z]+$/.test(text) ? parseInt(text, 36) : NaN;
}

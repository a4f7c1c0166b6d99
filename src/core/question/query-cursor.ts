import { hash } from 'node:crypto';
import { invalidParameter } from '../problem.ts';
import { MAX_ROWS, type Query } from './query.ts';

/** Where the next page begins, of which question, over which version of the data. */
export interface Place {
  readonly offset: number;
  readonly version: number;
}

/** The most rows that can come before a page: engines take the number of them as an integer of 32 bits. */
const MAX_OFFSET = 2 ** 31 - 1 - MAX_ROWS;

/** The question whose pages are walked: its limit may change on the way. */
function nameOf(query: Query): string {
  return hash('sha1', JSON.stringify({ ...query, limit: 0, dryRun: false }), 'base64url').slice(0, 16);
}

function sealOf(text: string): string {
  return hash('sha1', `kraken cursor ${text}`, 'base64url').slice(0, 8);
}

/** A place as a text that says nothing to people, and that a change of a letter spoils. */
export function cursorOf(query: Query, { offset, version }: Place): string {
  const text = `${nameOf(query)}.${offset.toString(36)}.${version.toString(36)}`;
  return Buffer.from(`${text}.${sealOf(text)}`).toString('base64url');
}

/**
 * @param version that of the data now
 * @returns how many rows come before the page
 * @throws Problem where it is no cursor, another question's, or the data changed since the page before
 */
export function offsetOf(cursor: string, query: Query, version: number): number {
  const whole = Buffer.from(cursor, 'base64url').toString();
  const at = whole.lastIndexOf('.');
  const [name, place, of] = whole.slice(0, at).split('.');
  const offset = numberOf(place);
  if (at < 0 || whole.slice(at + 1) !== sealOf(whole.slice(0, at)) || !of || !(offset <= MAX_OFFSET))
    throw invalidParameter(
      'cursor',
      'The cursor is none of an answer here.',
      'the cursor of the page before',
    );
  if (name !== nameOf(query))
    throw invalidParameter('cursor', 'The cursor belongs to another question; only limit may differ.');
  if (numberOf(of) !== version)
    throw invalidParameter(
      'cursor',
      'The data has changed since the page before. Begin again without a cursor.',
    );
  return offset;
}

/** A number as `toString(36)` writes it; NaN for what it doesn't. */
function numberOf(text = ''): number {
  return /^[0-9a-z]+$/.test(text) ? parseInt(text, 36) : NaN;
}

import { invalidParameter } from '../../core/problem.ts';

/** Bodies of the Grafana plugin, read member by member: what is wrong is named by its place. */

type Members = Readonly<Record<string, unknown>>;

/** @throws Problem where it is no JSON object */
export function objectAt(value: unknown, place: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidParameter(place, `${place} should be an object`);
  return value as Members;
}

/** An object that may be missing. */
export function optionalObjectAt(value: unknown, place: string): Members {
  return value === undefined || value === null || value === '' ? {} : objectAt(value, place);
}

/** @throws Problem where it is no list */
export function listAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidParameter(place, `${place} should be a list`);
  return value as readonly unknown[];
}

/** A text, or undefined where there is none. */
export function optionalTextAt(value: unknown, place: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalidParameter(place, `${place} should be a text`);
  return value;
}

/** A number that isn't negative; 0 where there is none. */
export function amountAt(value: unknown, place: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !(value >= 0))
    throw invalidParameter(place, `${place} should be a number that isn't negative`);
  return value;
}

/** Years that a date of a question can name. */
const EARLIEST = Date.UTC(1000, 0);
const LATEST = Date.UTC(9000, 0);

const ISO = /^[+-]?\d{4,6}-\d\d-\d\d(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * An instant, in ms since 1970, within the years that questions know. Without a zone it is UTC:
 * `Date.parse` would take that of this process, and more spellings than ISO 8601's.
 */
export function instantAt(value: unknown, place: string): number {
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  const [text = '', time, zone] = match ?? [];
  const ms = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  if (Number.isNaN(ms))
    throw invalidParameter(place, `${place} should be a date`, 'ISO 8601: 2024-03-01T00:00:00.000Z');
  return Math.min(Math.max(ms, EARLIEST), LATEST);
}

/** The texts of a payload's member, which is a text, a number or a list of them. */
export function textsAt(value: unknown, place: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => textsAt(one, place));
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'string')
    throw invalidParameter(place, `${place} should be a text or a list of texts`);
  return [value];
}

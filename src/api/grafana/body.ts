import { invalidParameter } from '../../core/problem.ts';

/** Readers for the members of the Grafana plugin's bodies. Each problem names the place of the wrong member. */

type Members = Readonly<Record<string, unknown>>;

/** Returns a value as an object. @throws Problem if it is not an object */
export function objectAt(value: unknown, place: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidParameter(place, `${place} should be an object`);
  return value as Members;
}

/** Returns a value as an object, which is empty if the value is missing. @throws Problem if it is another value */
export function optionalObjectAt(value: unknown, place: string): Members {
  return value === undefined || value === null || value === '' ? {} : objectAt(value, place);
}

/** Returns a value as a list. @throws Problem if it is not a list */
export function listAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidParameter(place, `${place} should be a list`);
  return value as readonly unknown[];
}

/** Returns a value as a text; undefined if it is missing. @throws Problem if it is another value */
export function optionalTextAt(value: unknown, place: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalidParameter(place, `${place} should be a text`);
  return value;
}

/** Returns a value as a number that isn't negative; 0 if it is missing. @throws Problem if it is another value */
export function amountAt(value: unknown, place: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !(value >= 0))
    throw invalidParameter(place, `${place} should be a number that isn't negative`);
  return value;
}

/** The first and the last instant of the years that a question can name. */
const EARLIEST = Date.UTC(1000, 0);
const LATEST = Date.UTC(9000, 0);

const ISO = /^[+-]?\d{4,6}-\d\d-\d\d(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Returns an instant in ms since 1970, clipped to the years that a question can name. Without a time zone
 * it is UTC: `Date.parse` would use the zone of this process, and accept more than ISO 8601.
 */
export function instantAt(value: unknown, place: string): number {
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  const [text = '', time, zone] = match ?? [];
  const ms = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  if (Number.isNaN(ms))
    throw invalidParameter(place, `${place} should be a date`, 'ISO 8601: 2024-03-01T00:00:00.000Z');
  return Math.min(Math.max(ms, EARLIEST), LATEST);
}

/** Returns the texts of a payload's member, which is a text, a number or a list of these. */
export function textsAt(value: unknown, place: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => textsAt(one, place));
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'string')
    throw invalidParameter(place, `${place} should be a text or a list of texts`);
  return [value];
}

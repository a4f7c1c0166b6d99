/** The units of time of periods, finest first. */
export const GRAINS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Grain = (typeof GRAINS)[number];

/**
 * The number of a period in its grain, counted from the one that contains 1970-01-01T00:00Z. With
 * ordinals a series is an array, and the length of a range is a subtraction. Weeks are ISO weeks: week
 * 0 starts on Monday 1969-12-29.
 */
export type Ordinal = number;

/** Consecutive periods of one grain, both ends included. Empty when `last < first`. */
export interface Span {
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly last: Ordinal;
}

/** Tells the time. It is an argument everywhere, so that tests can advance it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday, so its week starts three days earlier. */
const WEEK_OFFSET_DAYS = 3;

/** The period of `grain` that contains an instant, in ms since 1970-01-01T00:00Z. */
export function ordinalAt(grain: Grain, ms: number): Ordinal {
  switch (grain) {
    case 'hourly':
      return Math.floor(ms / HOUR_MS);
    case 'daily':
      return Math.floor(ms / DAY_MS);
    case 'weekly':
      return Math.floor((Math.floor(ms / DAY_MS) + WEEK_OFFSET_DAYS) / 7);
    case 'monthly': {
      const date = new Date(ms);
      return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    }
    case 'yearly':
      return new Date(ms).getUTCFullYear() - 1970;
  }
}

/** The instant at which a period starts, in ms since 1970-01-01T00:00Z. */
export function startOf(grain: Grain, ordinal: Ordinal): number {
  switch (grain) {
    case 'hourly':
      return ordinal * HOUR_MS;
    case 'daily':
      return ordinal * DAY_MS;
    case 'weekly':
      return (ordinal * 7 - WEEK_OFFSET_DAYS) * DAY_MS;
    case 'monthly':
      return utc(1970 + Math.floor(ordinal / 12), ((ordinal % 12) + 12) % 12, 1);
    case 'yearly':
      return utc(1970 + ordinal, 0, 1);
  }
}

/** Does what `Date.UTC` does, except that `Date.UTC` reads the years 0 to 99 as 1900 to 1999. */
function utc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

/** The finer periods that a span consists of: the days of its weeks, the months of its years. */
export function refine(span: Span, grain: Grain): Span {
  return {
    grain,
    first: ordinalAt(grain, startOf(span.grain, span.first)),
    last: ordinalAt(grain, startOf(span.grain, span.last + 1)) - 1,
  };
}

/** The coarser periods that lie wholly inside a span; empty if there are none. */
export function wholePeriods(span: Span, grain: Grain): Span {
  const from = startOf(span.grain, span.first);
  const until = startOf(span.grain, span.last + 1);
  const first = ordinalAt(grain, from);
  return {
    grain,
    first: startOf(grain, first) === from ? first : first + 1,
    last: ordinalAt(grain, until) - 1,
  };
}

/** The coarser periods that a span touches. */
export function touchedPeriods(span: Span, grain: Grain): Span {
  return {
    grain,
    first: ordinalAt(grain, startOf(span.grain, span.first)),
    last: ordinalAt(grain, startOf(span.grain, span.last + 1) - 1),
  };
}

/** The number of periods of a span; 0 if it is empty. */
export function lengthOf(span: Span): number {
  return Math.max(0, span.last - span.first + 1);
}

/** The span that two spans of one grain have in common. */
export function intersect(a: Span, b: { first: Ordinal; last: Ordinal }): Span {
  return { grain: a.grain, first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) };
}

/** The format of a metric's timestamps, which are in UTC. */
export type TimestampStyle = 'YYYYMMDDHH' | 'YYYYMMDD' | 'ISO';

/** The timestamp of a period's start: `2024030100`, `20240301` or `2024-03-01T00:00:00.000Z`. */
export function formatTimestamp(style: TimestampStyle, grain: Grain, ordinal: Ordinal): string {
  const iso = new Date(startOf(grain, ordinal)).toISOString();
  if (style === 'ISO') return iso;
  const digits = iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10);
  return style === 'YYYYMMDD' ? digits : digits + iso.slice(11, 13);
}

/** A date for people and parameters: `2024-03-01`; an hour is `2024-03-01T06Z`. */
export function formatDate(grain: Grain, ordinal: Ordinal): string {
  const iso = new Date(startOf(grain, ordinal)).toISOString();
  return grain === 'hourly' ? iso.slice(0, 13) + 'Z' : iso.slice(0, 10);
}

/** A date that programs read, by RFC 3339: `2024-03-01`; an hour is `2024-03-01T06:00:00Z`. */
export function formatInstant(grain: Grain, ordinal: Ordinal): string {
  const iso = new Date(startOf(grain, ordinal)).toISOString();
  return grain === 'hourly' ? `${iso.slice(0, 19)}Z` : iso.slice(0, 10);
}

/**
 * Reads a date in any format that the API knows: `YYYYMMDD`, `YYYYMMDDHH`, `YYYY-MM-DD`,
 * `YYYY-MM-DDTHH` with optional minutes, seconds, milliseconds (all zero) and `Z`. Hour 24 is read as
 * hour 0 of the same day, as AQS does where it ignores hours.
 * @returns ms since 1970-01-01T00:00Z; undefined if it is not a date of the calendar
 */
export function parseTimestamp(text: string): number | undefined {
  const match =
    /^(\d{4})(\d\d)(\d\d)(\d\d)?$/.exec(text) ??
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::00(?::00(?:\.0{1,6})?)?)?Z?)?$/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour] = [match[1], match[2], match[3], match[4] ?? '0'].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 24) return undefined;
  const ms = utc(year, month - 1, day);
  if (new Date(ms).getUTCDate() !== day) return undefined;
  return ms + (hour % 24) * HOUR_MS;
}

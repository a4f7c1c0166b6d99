import { HOUR_MS } from '../../core/time/time.ts';
import { FieldError, excerptOf } from '../bad-row.ts';

/** The earliest time of an event. Wikimedia's oldest wiki began in 2001. */
export const EARLIEST = Date.UTC(2001, 0, 1);

/**
 * Reads the time of an event, in ms since 1970: `2024-03-01T10:00:00Z`, or `2024-03-01 10:00:00.0` as in the dumps.
 * @throws FieldError
 */
export function timeOf(value: unknown): number {
  const text = typeof value === 'string' ? value : '';
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(text);
  const ms = parts ? Date.parse(`${parts[1]}T${parts[2]}Z`) : NaN;
  const isDate = Number.isFinite(ms) && new Date(ms).toISOString().startsWith(parts?.[1] ?? '');
  if (!isDate || ms < EARLIEST)
    throw new FieldError(
      'timestamp',
      `${excerptOf(value)} is not a time like 2024-03-01T10:00:00Z since 2001`,
    );
  return ms;
}

/** Returns the hour of a time, counted from 1970-01-01T00:00Z. */
export function hourAt(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}

const ZERO = 0x30;
const FORM = Buffer.from('0000-00-00T00:00:00Z');
const MONTHS = new Map<number, number>();

/**
 * Reads the time of an event from bytes. It makes no string if they have the usual form. @throws FieldError
 */
export function timeIn(bytes: Buffer, start: number, end: number): number {
  const field = (at: number, length: number): number => {
    let number = 0;
    for (let i = at; i < at + length; i++) number = number * 10 + (bytes[start + i] as number) - ZERO;
    return number;
  };
  if (hasForm(bytes, start, end)) {
    const year = field(0, 4);
    const month = field(5, 2);
    const [day, hour, minute, second] = [field(8, 2), field(11, 2), field(14, 2), field(17, 2)];
    const isTime = year > 2000 && month > 0 && month < 13 && hour < 24 && minute < 60 && second < 60;
    const first = isTime ? monthAt(year, month) : NaN;
    const ms = first + ((day - 1) * 24 + hour) * HOUR_MS + minute * 60_000 + second * 1000;
    if (day > 0 && ms < monthAt(year, month + 1)) return ms;
  }
  return timeOf(bytes.toString('utf8', start, end));
}

function hasForm(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== FORM.length) return false;
  for (let i = 0; i < FORM.length; i++) {
    const byte = bytes[start + i] as number;
    const expected = FORM[i] as number;
    if (expected === ZERO ? byte < ZERO || byte > ZERO + 9 : byte !== expected) return false;
  }
  return true;
}

/** Returns the start of a month; the thirteenth is the next year's first. */
function monthAt(year: number, month: number): number {
  const key = year * 12 + month;
  let ms = MONTHS.get(key);
  if (ms === undefined) MONTHS.set(key, (ms = Date.UTC(year, month - 1, 1)));
  return ms;
}

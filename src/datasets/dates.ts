import { type Grain, type Ordinal, ordinalAt, parseTimestamp, startOf } from '../core/time/time.ts';
import type { DateForm } from './forms/date-form.ts';

const UNITS: Readonly<Record<Grain, string>> = {
  hourly: 'an hour',
  daily: 'a day',
  weekly: 'a week',
  monthly: 'a month',
  yearly: 'a year',
};

/** Dates that begin with the year, whose order nobody doubts. */
const YEAR_FIRST = [
  /^(\d{4})(\d\d)(\d\d)?(\d\d)?$/,
  /^(\d{4})[-/](\d\d?)(?:[-/](\d\d?)(?:[T ](\d\d)(?::00(?::00(?:\.0+)?)?)?(?:Z|\+00(?::?00)?| UTC)?)?)?$/,
];

/**
 * Reads the start of a period, year first, as spreadsheets and databases write it: `2024-03-01`, `2024/3/1`,
 * `20240301`, with an hour `2024-03-01 05:00`, `2024-03-01 05:00:00 UTC`, `2024030105`; months also
 * `2024-03`, `202403`.
 * @param form another form that dates may have
 * @returns the period, or a message about the text
 */
export function periodOf(text: string, grain: Grain, form?: DateForm): Ordinal | string {
  const parts = form?.read(text);
  if (parts) {
    if (parts.isBetweenHours) return `is not the start of ${UNITS[grain]}`;
    const padded = (part: number | undefined): string | undefined => part?.toString().padStart(2, '0');
    const { year, month, day, hour } = parts;
    return periodAt([String(year), padded(month) as string, padded(day), padded(hour)], grain);
  }
  const match = YEAR_FIRST.map((one) => one.exec(text)).find((found) => found !== null);
  if (!match) {
    const other = form
      ? `${form.written}, or such as 2024-03-01`
      : 'such as 2024-03-01, 2024/03/01 or 20240301';
    return `is not a date ${other}`;
  }
  const [year, month, day, hour] = match.slice(1) as (string | undefined)[];
  return periodAt([year as string, (month as string).padStart(2, '0'), day?.padStart(2, '0'), hour], grain);
}

function periodAt(
  [year, month, day, hour]: readonly [string, string, string | undefined, string | undefined],
  grain: Grain,
): Ordinal | string {
  if (day === undefined && grain !== 'monthly') return `is a month, but should be ${UNITS[grain]}`;
  const date = [year, month, day ?? '01'].join('-');
  const ms = hour === '24' ? undefined : parseTimestamp(hour === undefined ? date : `${date}T${hour}`);
  if (ms === undefined) return 'is not a date';
  const ordinal = ordinalAt(grain, ms);
  return startOf(grain, ordinal) === ms ? ordinal : `is not the start of ${UNITS[grain]}`;
}

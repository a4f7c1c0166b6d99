import { type Grain, type Ordinal, ordinalAt, parseTimestamp, startOf } from '../core/time/time.ts';

const UNITS: Readonly<Record<Grain, string>> = {
  hourly: 'an hour',
  daily: 'a day',
  weekly: 'a week',
  monthly: 'a month',
  yearly: 'a year',
};

/** Dates such as `31/12/2024` or `12.31.24`. Nobody can tell which part is the month. */
const ENDS_WITH_YEAR = /^\d\d?[-/.]\d\d?[-/.]\d{2}(?:\d\d)?(?:\D|$)/;

/**
 * Reads the start of a period, year first, as spreadsheets and databases write it: `2024-03-01`, `2024/3/1`,
 * `20240301`, with an hour `2024-03-01 05:00`, `2024-03-01 05:00:00 UTC`, `2024030105`; months also
 * `2024-03`, `202403`.
 * @returns the period, or a message about the text
 */
export function periodOf(text: string, grain: Grain): Ordinal | string {
  const match =
    /^(\d{4})(\d\d)(\d\d)?(\d\d)?$/.exec(text) ??
    /^(\d{4})[-/](\d\d?)(?:[-/](\d\d?)(?:[T ](\d\d)(?::00(?::00(?:\.0+)?)?)?(?:Z|\+00(?::?00)?| UTC)?)?)?$/.exec(
      text,
    );
  if (!match) {
    const order = ENDS_WITH_YEAR.test(text) ? ': write the year first, then the month, then the day' : '';
    return `is not a date such as 2024-03-01, 2024/03/01 or 20240301${order}`;
  }
  const [year, month, day, hour] = match.slice(1);
  if (day === undefined && grain !== 'monthly') return `is a month, but should be ${UNITS[grain]}`;
  const padded = [year, month?.padStart(2, '0'), (day ?? '01').padStart(2, '0')].join('-');
  const ms = hour === '24' ? undefined : parseTimestamp(hour === undefined ? padded : `${padded}T${hour}`);
  if (ms === undefined) return 'is not a date';
  const ordinal = ordinalAt(grain, ms);
  return startOf(grain, ordinal) === ms ? ordinal : `is not the start of ${UNITS[grain]}`;
}

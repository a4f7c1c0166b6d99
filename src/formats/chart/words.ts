import { startOf, type Grain, type Ordinal } from '../../core/time/time.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** The name of a month, 0 to 11. */
export function monthName(month: number): string {
  return MONTHS[month] as string;
}

/** A period in words: `1 March 2024, 06:00`, `1 March 2024`, `March 2024`, `2024`. Weeks by their Monday. */
export function periodInWords(grain: Grain, ordinal: Ordinal): string {
  const date = new Date(startOf(grain, ordinal));
  const year = String(date.getUTCFullYear());
  if (grain === 'yearly') return year;
  const month = `${monthName(date.getUTCMonth())} ${year}`;
  if (grain === 'monthly') return month;
  const day = `${date.getUTCDate()} ${month}`;
  if (grain === 'weekly') return `the week of ${day}`;
  return grain === 'daily' ? day : `${day}, ${String(date.getUTCHours()).padStart(2, '0')}:00`;
}

/** A number in full: `1,234,567`. Decimals are rounded to four significant digits, but at least two places. */
export function numberInWords(value: number): string {
  const [whole = '', decimals] = withoutExponent(Math.abs(value)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (value < 0 ? '−' : '') + grouped + (decimals === undefined ? '' : `.${decimals}`);
}

function withoutExponent(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  return value.toFixed(Math.min(20, Math.max(2, 3 - Math.floor(Math.log10(value))))).replace(/\.?0+$/, '');
}

/** A list in words, cut off after `most`: `Cat, Dog and 7 more`. */
export function listInWords(names: readonly string[], most = 3): string {
  if (names.length === 1) return names[0] as string;
  const shown = names.length > most ? names.slice(0, most) : names.slice(0, -1);
  const last = names.length > most ? `${names.length - most} more` : names.at(-1);
  return `${shown.join(', ')} and ${last}`;
}

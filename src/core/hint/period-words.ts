import { formatDate, type Grain, type Ordinal, type Span } from '../time/time.ts';

/** The words for the periods of each grain. */
export const PERIODS: Readonly<Record<Grain, string>> = {
  hourly: 'hours',
  daily: 'days',
  weekly: 'weeks',
  monthly: 'months',
  yearly: 'years',
};

/** Says that a week or a year is a sum, which needs all of its days or months. */
export function allOfIts(grain: Grain, source: Grain, article = 'A'): string {
  return ` ${article} ${grain} number needs all of its ${PERIODS[source]}.`;
}

/** A span in words: `2024-03 to 2024-05`. */
export function spanInWords({ grain, first, last }: Span): string {
  const [from, to] = [dateInWords(grain, first), dateInWords(grain, last)];
  return from === to ? from : `${from} to ${to}`;
}

/** The date of a period; a month is `2024-03`, a year `2024`. */
function dateInWords(grain: Grain, ordinal: Ordinal): string {
  const date = formatDate(grain, ordinal);
  return grain === 'monthly' ? date.slice(0, 7) : grain === 'yearly' ? date.slice(0, 4) : date;
}

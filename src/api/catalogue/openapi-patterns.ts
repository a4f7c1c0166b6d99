/*
 * What texts of parameters look like, for generated clients. Every text that a pattern matches is accepted; a few more
 * are, too. Dates are those that every year has: no pattern says in which years February has 29 days.
 */

export const YEAR = '(19[7-9]\\d|20\\d\\d)';
export const MONTH = '(0[1-9]|1[0-2])';
export const DAY = '(0[1-9]|1\\d|2[0-8])';
export const HOUR = '([01]\\d|2[0-3])';
/** A time before now. */
export const AGO = '-[1-9]\\d{0,2}[hdwmy]';
/** A whole month, or a day. */
export const DATE = `${YEAR}-${MONTH}(-${DAY})?`;
/** A time by RFC 3339. */
export const INSTANT = `${YEAR}-${MONTH}-${DAY}T${HOUR}:[0-5]\\d:[0-5]\\dZ`;

/** The JSON Schema of a text. */
export type TextSchema = Readonly<Record<'type' | 'pattern', string>>;

/** The schema of a text that a pattern matches as a whole. */
export function whole(pattern: string): TextSchema {
  return { type: 'string', pattern: `^(${pattern})$` };
}

/** The schema of one value or several, separated by `|`. @param pattern what a value matches as a whole */
export function listOf(pattern: string): TextSchema {
  return { type: 'string', pattern: `^(${pattern})(\\|(${pattern}))*$` };
}

/**
 * Numbers are doubles here. What was written comes back, or it is refused: a written number is taken
 * where the double that it names, printed with as many significant digits as were written, is the same
 * number again. So the shortest spelling of a double is taken, its 17 digits (0.10000000000000001), and
 * its exact value in full; 0.1234567890123456789 and 9007199254740993 are not.
 */

const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Up to so many digits are always given back: a double has 15.95 of them. */
const SURE_CHARACTERS = 15;
const SURE = /^-?\d+(?:\.\d+)?$/;

/** `toPrecision` prints so many digits at most. */
const MAX_DIGITS = 100;

/** Whether a text is spelt as JSON spells numbers, but for zeros in front, which it may have. */
export function isNumeric(text: string): boolean {
  return NUMBER.test(text);
}

/** @returns the double that keeps the number as it was written; undefined where none does, or it is no number */
export function exactNumber(text: string): number | undefined {
  // Adding 0 makes 0 of -0.
  if (text.length <= SURE_CHARACTERS && SURE.test(text)) return Number(text) + 0;
  const written = decimalOf(text);
  if (!written) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  const { digits } = written;
  if (digits === '') return 0;
  if (digits.length > MAX_DIGITS) return undefined;
  const printed = decimalOf(number.toPrecision(digits.length));
  return printed?.digits === digits && printed.point === written.point ? number : undefined;
}

/** Significant digits, without zeros at either end, and where the point is: 0.DIGITS × 10^point. */
function decimalOf(text: string): { digits: string; point: number } | undefined {
  const [, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  const leading = all.length - digits.length;
  return { digits: digits.replace(/0+$/, ''), point: whole.length - leading + Number(exponent) };
}

/**
 * A whole number as URLs have it: digits, or as R spells round ones (`1e+05`, whose plus a query string
 * turns into a space).
 * @returns undefined where it is none from 0 to 2^53-1
 */
export function wholeNumber(text: string): number | undefined {
  const plain = /^(\d{1,16})(?:[eE][+ ]?(\d{1,2}))?$/.exec(text);
  if (!plain) return undefined;
  const number = Number(`${plain[1]}e${plain[2] ?? 0}`);
  return Number.isSafeInteger(number) ? number : undefined;
}

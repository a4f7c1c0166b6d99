/*
 * Kraken stores numbers as doubles. A written number is turned into a double, and the double is printed with
 * the written number of significant digits, or as short as it can be. The number is accepted only if one of them gives the
 * same number again.
 * For example, 0.1, 0.10000000000000001 and all digits of a double's exact value are accepted;
 * 0.1234567890123456789 and 9007199254740993 are refused.
 */

const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Numbers with up to this many digits are always exact: a double has 15.95 digits. */
const SURE_CHARACTERS = 15;
const SURE = /^-?\d+(?:\.\d+)?$/;

/** The maximum number of digits that `toPrecision` prints. */
const MAX_DIGITS = 100;

/** Whether a text is a number in JSON's syntax; leading zeros are allowed. */
export function isNumeric(text: string): boolean {
  return NUMBER.test(text);
}

/**
 * The double that represents a written number exactly; undefined if no double does, or if the text is not a
 * number.
 */
export function exactNumber(text: string): number | undefined {
  // Adding 0 turns -0 into 0.
  if (text.length <= SURE_CHARACTERS && SURE.test(text)) return Number(text) + 0;
  const written = decimalOf(text);
  if (!written) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  const { digits } = written;
  if (digits === '') return 0;
  if (digits.length > MAX_DIGITS) return undefined;
  const isSame = (printed: string): boolean => {
    const decimal = decimalOf(printed);
    return decimal?.digits === digits && decimal.point === written.point;
  };
  // Half-way between two numbers of so many digits, toPrecision takes the larger one. What programs write is the shortest
  // text that is read as the same double, and that may be the smaller one.
  return isSame(number.toPrecision(digits.length)) || isSame(String(number)) ? number : undefined;
}

/** The significant digits, without zeros at either end, and the position of the point: 0.DIGITS × 10^point. */
function decimalOf(text: string): { digits: string; point: number } | undefined {
  const [, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  const leading = all.length - digits.length;
  return { digits: digits.replace(/0+$/, ''), point: whole.length - leading + Number(exponent) };
}

/**
 * Reads a whole number of a URL: digits, or R's spelling of round numbers (`1e+05`; in a query string
 * the plus becomes a space).
 * @returns undefined if it is not a whole number from 0 to 2^53-1
 */
export function wholeNumber(text: string): number | undefined {
  const plain = /^(\d{1,16})(?:[eE][+ ]?(\d{1,2}))?$/.exec(text);
  if (!plain) return undefined;
  const number = Number(`${plain[1]}e${plain[2] ?? 0}`);
  return Number.isSafeInteger(number) ? number : undefined;
}

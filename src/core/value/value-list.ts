/*
 * Values in messages. Both the values and their lists are shortened.
 */

/** The maximum number of values that a message names. */
export const MAX_VALUES_NAMED = 8;
/** The maximum number of characters of a value that a message shows. */
const MAX_CHARACTERS = 80;

/** A value as a message shows it, shortened if it is long. */
export function shortened(value: string): string {
  if (value.length <= MAX_CHARACTERS) return value;
  // A surrogate pair must not be cut in half.
  return `${value.slice(0, MAX_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** How many values are named, and the separator. */
interface ListStyle {
  readonly most?: number;
  readonly between?: string;
}

/** The first of some values, and how many others there are: `Cat, Dog and 3 more`. */
export function someInWords(values: readonly string[], style?: ListStyle): string {
  return firstInWords(values.map(shortened), style);
}

/** Like `someInWords`, but doesn't shorten the texts. */
export function firstInWords(
  texts: readonly string[],
  { most = MAX_VALUES_NAMED, between = ', ' }: ListStyle = {},
): string {
  const named = texts.slice(0, most).join(between);
  const more = texts.length - most;
  return more > 0 ? `${named} and ${more} more` : named;
}

/** A hint for callers who separate values by commas. */
export const BARS = 'In a URL, values are separated by | (%7C), not by commas.';

/** The values in a text with commas between them; empty if there are fewer than two. */
export function separated(text: string): string[] {
  const values = text.split(',').map((value) => value.replace(/^[\s_]+|[\s_]+$/g, ''));
  return values.length < 2 || values.includes('') ? [] : values;
}

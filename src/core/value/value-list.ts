/*
 * Values in sentences: none of them, and no list of them, at any length.
 */

/** As many values are named one by one. */
export const MAX_VALUES_NAMED = 8;
/** The longest that a value is repeated, in characters. */
const MAX_CHARACTERS = 80;

/** A value as it is repeated to who asked: not at any length. */
export function shortened(value: string): string {
  if (value.length <= MAX_CHARACTERS) return value;
  // Half a character would be none.
  return `${value.slice(0, MAX_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** How many are named, and what stands between them. */
interface ListStyle {
  readonly most?: number;
  readonly between?: string;
}

/** The first of some values, and how many more there are: `Cat, Dog and 3 more`. */
export function someInWords(values: readonly string[], style?: ListStyle): string {
  return firstInWords(values.map(shortened), style);
}

/** The same of texts that are short enough as they are. */
export function firstInWords(
  texts: readonly string[],
  { most = MAX_VALUES_NAMED, between = ', ' }: ListStyle = {},
): string {
  const named = texts.slice(0, most).join(between);
  const more = texts.length - most;
  return more > 0 ? `${named} and ${more} more` : named;
}

/** How several values are written. */
export const BARS = 'In a URL | (%7C) separates values, not a comma.';

/** The values in a text with commas between them; none where there are no two. */
export function separated(text: string): string[] {
  const values = text.split(',').map((value) => value.replace(/^[\s_]+|[\s_]+$/g, ''));
  return values.length < 2 || values.includes('') ? [] : values;
}

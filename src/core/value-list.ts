/*
 * Values in sentences: none of them, and no list of them, at any length.
 */

/** As many values are named one by one. */
export const MOST_NAMED = 8;
/** The longest that a value is repeated, in characters. */
const MOST_LETTERS = 80;

/** A value as it is repeated to who asked: not at any length. */
export function shortened(value: string): string {
  if (value.length <= MOST_LETTERS) return value;
  // Half a character would be none.
  return `${value.slice(0, MOST_LETTERS).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The first of some values, and how many more there are: `Cat, Dog and 3 more`. */
export function someInWords(
  values: readonly string[],
  { most = MOST_NAMED, between = ', ' }: { readonly most?: number; readonly between?: string } = {},
): string {
  const named = values.slice(0, most).map(shortened).join(between);
  const more = values.length - most;
  return more > 0 ? `${named} and ${more} more` : named;
}

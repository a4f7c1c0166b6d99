/**
 * What spreadsheets take for a formula, quoted or not: `=`, `+`, `-` or `@` at the beginning, their
 * full-width forms included, with or without white space before them; a tab or line break ends the
 * cell before in some. Source: OWASP, CSV Injection.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20])/u;

/** A text that no spreadsheet evaluates: an apostrophe comes before what looks like a formula. */
export function guardedText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

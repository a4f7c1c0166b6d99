/**
 * Matches texts that spreadsheets evaluate as a formula, quoted or not: they begin with `=`, `+`, `-` or
 * `@`, or a full-width form of it, perhaps after white space. A leading tab or line break matches, too:
 * some programs begin a new cell after it. Source: OWASP, CSV Injection.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20])/u;

/** Puts an apostrophe before a text that looks like a formula, so that no spreadsheet evaluates it. */
export function guardedText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

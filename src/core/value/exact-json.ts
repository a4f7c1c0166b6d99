import { exactNumber } from './exact-number.ts';

/** A number of a JSON text that no double keeps as it was written. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** A number of fewer characters, and without such an exponent, is always kept. */
const LOSABLE_CHARACTERS = 16;
const FAR_EXPONENT = /[eE][-+]?\d{3}/;

/** The strings and numbers of valid JSON, as a whole each. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/** What can't begin a string of a file by accident. */
const MARK = '\0number:';

/**
 * Reads JSON; each number that a double doesn't keep is a `WrittenNumber`, so that whoever takes numbers
 * refuses it. Costs next to nothing where no text looks like one.
 * @throws SyntaxError as JSON.parse does
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!mayLoseNumbers(text)) return value;
  let found = false;
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"') || exactNumber(token) !== undefined) return token;
    found = true;
    return JSON.stringify(MARK + token);
  });
  if (!found) return value;
  return JSON.parse(marked, (_, one: unknown) =>
    typeof one === 'string' && one.startsWith(MARK) ? new WrittenNumber(one.slice(MARK.length)) : one,
  );
}

/** Whether a JSON text, or several, may have a number that a double doesn't keep. */
export function mayLoseNumbers(text: string): boolean {
  return hasLongDigits(text) || FAR_EXPONENT.test(text);
}

/**
 * Whether there is a run of so many digits and points that a number may be lost. Looks at every 16th
 * character: no such run lies between two of them. A regular expression takes as long as the parser.
 */
function hasLongDigits(text: string): boolean {
  for (let i = LOSABLE_CHARACTERS - 1; i < text.length; i += LOSABLE_CHARACTERS) {
    if (!isDigitOrPoint(text.charCodeAt(i))) continue;
    let from = i;
    while (from > 0 && isDigitOrPoint(text.charCodeAt(from - 1))) from--;
    let to = i;
    while (to + 1 < text.length && isDigitOrPoint(text.charCodeAt(to + 1))) to++;
    if (to - from + 1 >= LOSABLE_CHARACTERS) return true;
    i = to;
  }
  return false;
}

function isDigitOrPoint(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e;
}

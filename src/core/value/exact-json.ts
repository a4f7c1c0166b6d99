import { exactNumber } from './exact-number.ts';

/** A number in a JSON text that a double can't represent as it was written. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** A number is always exact if it has fewer characters than this and no exponent of three digits. */
const LOSABLE_CHARACTERS = 16;
const FAR_EXPONENT = /[eE][-+]?\d{3}/;

/** Matches each string and each number of valid JSON. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/**
 * The prefix of numbers that were turned into strings. A string in a file won't begin with it by accident.
 */
const MARK = '\0number:';

/**
 * Parses JSON. A number that a double can't represent exactly becomes a `WrittenNumber`, which code that
 * expects numbers refuses. JSON without such numbers costs hardly more than with JSON.parse.
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

/** Whether a JSON text may contain a number that a double can't represent exactly. */
export function mayLoseNumbers(text: string): boolean {
  return hasLongDigits(text) || FAR_EXPONENT.test(text);
}

/**
 * Whether there is a run of at least 16 digits and points. It looks at every 16th character, which no
 * such run can miss; a regular expression would take as long as parsing.
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

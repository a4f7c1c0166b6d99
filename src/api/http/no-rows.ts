import type { NoRows } from '../../core/question/answer.ts';
import type { NotFoundReason } from '../../core/problem.ts';
import type { QueryAnswer } from '../../core/question/query-answer.ts';

/** The header that says which of several values that were asked for have no rows. */
export const NO_ROWS = 'kraken-no-rows';

/** The header that says why an answer has no rows, or isn't what was most likely meant, beside whatever form. */
export const HINT = 'kraken-hint';

/** A header may have so many characters; proxies refuse those with many more. */
const MAX_CHARACTERS = 2000;

/**
 * The header's value, where there are such values: a list of strings (RFC 9651), each of them like a
 * URL's query: `"article=Catt", "article=Z%C3%BCrich&access=desktop"`. Where they are too many for a
 * header, a token follows that says how many are left out: `more;count=12`.
 */
export function noRowsOf(noRows: readonly NoRows[]): { noRows?: string } {
  if (noRows.length === 0) return {};
  const items: string[] = [];
  let length = 0;
  for (const values of noRows) {
    const pairs = Object.entries(values).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
    const item = `"${pairs.join('&')}"`;
    length += item.length + 2;
    if (length > MAX_CHARACTERS) break;
    items.push(item);
  }
  const rest = noRows.length - items.length;
  return { noRows: [...items, ...(rest > 0 ? [`more;count=${rest}`] : [])].join(', ') };
}

/**
 * The header's value, where an answer has a hint: a display string (RFC 9651), which is text with
 * everything but plain ASCII percent-encoded, and the reason where one is known:
 * `%"Nothing is loaded of the project eo.wikipedia; loaded: en.wikipedia.";reason=not-loaded`.
 */
export function hintOf({ hint, plan: { reason } }: QueryAnswer): { hint?: string } {
  return hint === undefined ? {} : { hint: hintHeader(hint, reason) };
}

/** The value of the header for a hint of any kind. */
export function hintHeader(hint: string, reason?: NotFoundReason): string {
  let text = '';
  for (const character of hint) {
    const next = displayed(character);
    if (text.length + next.length > MAX_CHARACTERS) break;
    text += next;
  }
  return `%"${text}"${reason === undefined ? '' : `;reason=${reason}`}`;
}

/** A character of a display string: bytes that aren't plain ASCII, `%` and `"` in hexadecimals, small letters. */
function displayed(character: string): string {
  if (/^[ -~]$/.test(character) && character !== '%' && character !== '"') return character;
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Percent-encoded; half a character, which JSON can bring, as the one that stands for what can't be read. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

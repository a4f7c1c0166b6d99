import type { NoRows } from '../../core/question/answer.ts';
import type { NotFoundReason } from '../../core/problem.ts';
import type { PlanBase } from '../../core/question/plan.ts';
import type { QueryAnswer } from '../../core/question/query-answer.ts';

/** The header that lists the requested values without rows, if others have rows. */
export const NO_ROWS = 'kraken-no-rows';

/** The header that says why an answer has no rows, or that it may not be what was meant. It works for every format. */
export const HINT = 'kraken-hint';

/** The maximum length of a header's value: proxies refuse headers that are much longer. */
const MAX_CHARACTERS = 2000;

/**
 * Returns the value of the header `NO_ROWS`, if there are values without rows. It is a list of strings
 * (RFC 9651), each like a URL's query: `"article=Catt", "article=Z%C3%BCrich&access=desktop"`. If they are
 * too many for a header, the list ends with the number of omitted ones: `more;count=12`.
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
 * Returns the value of the header `HINT`, if an answer has a hint:
 * `%"Nothing is loaded for the project eo.wikipedia; loaded are en.wikipedia.";reason=not-loaded`.
 */
export function hintOf({ hint, plan: { reason } }: QueryAnswer): { hint?: string } {
  return hint === undefined ? {} : { hint: hintHeader(hint, reason) };
}

/** Returns what an answer's headers say about its open periods: that they change, or why they aren't counted. */
export function liveOf({ open, notCounted }: Pick<PlanBase, 'open' | 'notCounted'>): {
  isLive?: true;
  hint?: string;
} {
  if (open) return { isLive: true };
  return notCounted === undefined ? {} : { hint: hintHeader(notCounted) };
}

/** Returns a hint as a display string (RFC 9651), which percent-encodes all but plain ASCII, with the reason if it is known. */
export function hintHeader(hint: string, reason?: NotFoundReason): string {
  let text = '';
  for (const character of hint) {
    const next = displayed(character);
    if (text.length + next.length > MAX_CHARACTERS) break;
    text += next;
  }
  return `%"${text}"${reason === undefined ? '' : `;reason=${reason}`}`;
}

/** Encodes a character of a display string: `%`, `"` and everything but plain ASCII as lower-case hexadecimal bytes. */
function displayed(character: string): string {
  if (/^[ -~]$/.test(character) && character !== '%' && character !== '"') return character;
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Percent-encodes a text. Half a surrogate pair, which JSON can contain, becomes the replacement character. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

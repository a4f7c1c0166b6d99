import { html, type Html } from './html.ts';

/** A block of code of which URLs are the longest part: its lines wrap. */
export function codeBlock(text: string): Html {
  return html`<pre class="wrap"><code>${text.trimEnd()}</code></pre>`;
}

/** How much of a list an answer in the docs shows. */
const MAX_ITEMS = 2;
const MORE = '… ';

/** JSON to be read: of long lists the beginning, and how many more there are. */
export function excerptOf(json: string): string {
  const cut = (_key: string, value: unknown): unknown =>
    Array.isArray(value) && value.length > MAX_ITEMS
      ? [...(value as unknown[]).slice(0, MAX_ITEMS), `${MORE}${value.length - MAX_ITEMS} more`]
      : value;
  return JSON.stringify(JSON.parse(json), cut, 2).replace(/^( *)"(… \d+ more)"$/gm, '$1$2');
}

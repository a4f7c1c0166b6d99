import { html, type Html } from './html.ts';

/** Renders a block of code whose lines wrap, because URLs in it are long. */
export function codeBlock(text: string): Html {
  return html`<pre class="wrap"><code>${text.trimEnd()}</code></pre>`;
}

/** The number of items of a list that an answer in the docs shows. */
const MAX_ITEMS = 2;
const MORE = '… ';

/** Formats JSON for people. Long lists are cut, with the number of omitted items. */
export function excerptOf(json: string): string {
  const cut = (_key: string, value: unknown): unknown =>
    Array.isArray(value) && value.length > MAX_ITEMS
      ? [...(value as unknown[]).slice(0, MAX_ITEMS), `${MORE}${value.length - MAX_ITEMS} more`]
      : value;
  return JSON.stringify(JSON.parse(json), cut, 2).replace(/^( *)"(… \d+ more)"$/gm, '$1$2');
}

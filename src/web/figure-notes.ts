import type { Chart } from '../formats/chart/chart.ts';
import { html, type Html } from './html.ts';

/** More notes than these are folded away. */
const MAX_OPEN = 5;

/** Returns the owner's notes on a chart's periods, by the numbers that mark them. */
export function notesBelow({ notes = [] }: Pick<Chart, 'notes'>): Html | false {
  if (notes.length === 0) return false;
  const list = html`<ol class="notes" aria-label="Notes">
    ${notes.map(({ text }) => html`<li>${text}</li>`)}
  </ol>`;
  if (notes.length <= MAX_OPEN) return list;
  return html`<details class="notes-folded">
    <summary>${notes.length} notes on these numbers</summary>
    ${list}
  </details>`;
}

import type { Chart } from '../formats/chart/chart.ts';
import { html, type Html } from './html.ts';

/** Returns the corrections of a chart's numbers, which its marks show, in words. */
export function correctionsOf(chart: Chart): Html | false {
  const texts =
    chart.kind === 'bars' ? [chart.corrected ?? []].flat() : (chart.marks ?? []).map(({ text }) => text);
  if (texts.length === 0) return false;
  return html`<details class="corrections">
    <summary>
      ▲ ${texts.length === 1 ? 'A correction' : `${texts.length} corrections`} of these numbers
    </summary>
    <ul>
      ${texts.map((text) => html`<li>${text}</li>`)}
    </ul>
    <p><a href="/corrections">All corrections</a>, <a href="/docs/guides/corrections">what they mean</a></p>
  </details>`;
}

import type { Chart } from '../formats/chart/chart.ts';
import { svgOf } from '../formats/chart/svg.ts';
import { html, Html } from './html.ts';

/** A chart's picture in a box that scrolls where it is too wide. */
export function pictureBox(chart: Chart): Html {
  return html`<div class="picture ${chart.kind}" tabindex="0" role="group" aria-label="Picture">
    ${new Html(svgOf(chart))}
  </div>`;
}

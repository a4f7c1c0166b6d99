import type { Chart, LineChart } from '../formats/chart/chart.ts';
import { numberInWords, periodInWords } from '../formats/chart/words.ts';
import { html, type Html } from './html.ts';

/** Larger tables aren't shown: the files beside the picture have the numbers. */
const MAX_CELLS = 1000;

/** Renders the numbers of a picture as a collapsed table, for readers who can't use the picture. */
export function numbersTable(chart: Chart): Html | undefined {
  const table = chart.kind === 'lines' ? tableOfLines(chart) : tableOfBars(chart);
  return (
    table &&
    html`<details class="numbers">
      <summary>Table</summary>
      <div tabindex="0">
        <table>
          <caption class="visually-hidden">
            ${chart.title}
          </caption>
          ${table}
        </table>
      </div>
    </details>`
  );
}

function tableOfLines({ lines, grain, first, unit }: LineChart): Html | undefined {
  const length = Math.max(0, ...lines.map(({ values }) => values.length));
  if (length * lines.length > MAX_CELLS) return undefined;
  const heads = lines.map(({ label }) => html`<th scope="col">${lines.length > 1 ? label : unit}</th>`);
  const rows = Array.from({ length }, (_, i) => {
    const cells = lines.map(({ values }) => html`<td>${numberOf(values[i])}</td>`);
    return html`<tr>
      <th scope="row">${periodInWords(grain, first + i)}</th>
      ${cells}
    </tr>`;
  });
  return html`<thead>
      <tr>
        <th scope="col">Period</th>
        ${heads}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>`;
}

function tableOfBars({ bars, unit }: Extract<Chart, { kind: 'bars' }>): Html {
  const rows = bars.slice(0, MAX_CELLS).map(
    ({ label, value }) =>
      html`<tr>
        <th scope="row">${label}</th>
        <td>${numberInWords(value)}</td>
      </tr>`,
  );
  return html`<thead>
      <tr>
        <th scope="col">Entry</th>
        <th scope="col">${unit}</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>`;
}

function numberOf(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : numberInWords(value);
}

import type { RankedList, TopAnswer } from '../../../core/question/answer.ts';
import { changeOf } from '../../../core/question/query-answer.ts';
import { formatDate, type Span } from '../../../core/time/time.ts';
import { numberInWords } from '../../../formats/chart/words.ts';
import { entryField } from '../../../formats/top-fields.ts';
import { html, type Html, type Part } from '../../html.ts';
import { sumOf, type Column } from './columns.ts';
import { shownValue } from '../../../formats/chart/title.ts';
import { changeText, labelOf } from './words.ts';

/** The maximum number of rows and columns on a page. The CSV file has all rows and columns. */
const MAX_ROWS = 100;
const MAX_COLUMNS = 12;

const number = (value: number | null | undefined): Html =>
  html`<td class="number">${value === null || value === undefined ? '–' : numberInWords(value)}</td>`;
const changed = (change: number | null): Html => html`<td class="number">${changeText(change)}</td>`;

/** Renders a table of all periods, the newest first. @param csv the URL of the complete CSV file */
export function seriesTable(columns: readonly Column[], span: Span, caption: string, csv: string): Html {
  const visible = columns.slice(0, MAX_COLUMNS);
  const length = span.last - span.first + 1;
  const rows = Math.min(length, MAX_ROWS);
  const isCompared = visible[0]?.before !== undefined;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <caption class="visually-hidden">
          ${caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">${labelOf(span.grain === 'hourly' ? 'hour' : 'date')}</th>
            ${visible.map(
              ({ label }) =>
                html`<th scope="col" class="number">${label}</th>
                  ${
                    isCompared &&
                    html`<th scope="col" class="number">${label}, before</th>
                      <th scope="col" class="number">Change</th>`
                  } `,
            )}
          </tr>
        </thead>
        <tbody>
          ${Array.from({ length: rows }, (_, row) => {
            const i = length - 1 - row;
            const date = formatDate(span.grain, span.first + i);
            return html`<tr>
              <th scope="row"><time datetime="${date}">${date}</time></th>
              ${visible.map(
                ({ now, before }) =>
                  html`${number(now[i])}
                  ${before && html`${number(before[i])}${changed(changeOf(now[i] ?? null, before[i]))}`}`,
              )}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${rest(length - rows, 'row', csv)} ${rest(columns.length - visible.length, 'series', csv)}`;
}

/** Renders a table with the sum of each series. */
export function sumsTable(columns: readonly Column[], { grain }: Span, csv: string): Html {
  const visible = columns.slice(0, MAX_ROWS);
  const isCompared = visible[0]?.before !== undefined;
  const unit = { hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' }[grain];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Totals">
      <table class="sums">
        <caption class="visually-hidden">
          Totals
        </caption>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col" class="number">Total</th>
            <th scope="col" class="number">Mean per ${unit}</th>
            ${
              isCompared &&
              html`<th scope="col" class="number">Total before</th>
                <th scope="col" class="number">Change</th>`
            }
          </tr>
        </thead>
        <tbody>
          ${visible.map(sumOf).map(
            ({ label, total, mean, before, change }) =>
              html`<tr>
                <th scope="row">${label}</th>
                ${number(total)}${number(mean === null ? null : Math.round(mean))}
                ${isCompared && html`${number(before)}${changed(change)}`}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${rest(columns.length - visible.length, 'series', csv)}`;
}

/** Renders the first rows of a ranked list. */
export function listTable(answer: TopAnswer, list: RankedList, caption: string, csv: string): Html {
  const { metric } = answer;
  if (metric.shape.kind !== 'top') throw new Error(`${metric.name} has no lists`);
  const { fields, entry } = metric.shape;
  const visible = ['rank', ...fields.filter((field) => field !== 'rank')].filter(
    (field) => field !== 'rank' || fields.includes('rank'),
  );
  const rows = Math.min(list.entries.length, MAX_ROWS);
  const columns = visible.map((field) => {
    const value = entryField(metric, list.entries, field);
    const dimension = entry.find(({ name }) => name === field);
    const cell = (i: number): Part => {
      const one = value(i);
      if (one === null) return html`<td>(nameless)</td>`;
      if (typeof one === 'number') return number(one);
      return html`<td>${dimension ? shownValue(dimension, one) : one}</td>`;
    };
    return { field, cell, isNumber: field === 'rank' || field in metric.measures };
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <caption class="visually-hidden">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map(
              ({ field, isNumber }) =>
                html`<th scope="col" ${isNumber && html`class="number"`}>${labelOf(field)}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${Array.from(
            { length: rows },
            (_, i) =>
              html`<tr>
                ${columns.map(({ cell }) => cell(i))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${rest(list.entries.length - rows, 'row', csv)}`;
}

function rest(count: number, what: string, csv: string): Part {
  if (count <= 0) return undefined;
  const several = count === 1 || what === 'series' ? what : `${what}s`;
  return html`<p class="hint">
    ${numberInWords(count)} more ${several}: <a href="${csv}" download>everything as CSV</a>.
  </p>`;
}

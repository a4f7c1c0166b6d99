import { RATIO } from '../../../core/derived/derived-measures.ts';
import { noRowsInWords } from '../../../core/question/no-rows.ts';
import type { RowsPlan } from '../../../core/question/plan.ts';
import type { QueryAnswer, QueryRow } from '../../../core/question/query-answer.ts';
import { changeOf } from '../../../core/question/query-answer.ts';
import { askedBy } from '../../../core/question/conditions.ts';
import { noteOf } from '../../../formats/query.ts';
import { formatDate, lengthOf } from '../../../core/time/time.ts';
import { notesOf } from '../../../formats/chart/notes.ts';
import { shownValue } from '../../../formats/chart/title.ts';
import { numberInWords, periodInWords } from '../../../formats/chart/words.ts';
import { notesBelow } from '../../figure-notes.ts';
import { html, type Html, type Part } from '../../html.ts';
import { pictureBox } from '../../picture-box.ts';
import { chartOfAnalysis, unitsIn } from './analysis-chart.ts';
import type { Shown } from './shown.ts';
import { changeText, labelOf, percentText } from './words.ts';

/** The maximum number of rows on a page. The CSV file has a page of /query. */
const MAX_ROWS = 100;

/** Renders the answer of an analysis: a picture where one says something, and its rows. @param csv the URL of the rows as CSV */
export function analysisResult(answer: QueryAnswer, csv: string): Shown {
  const { plan, rows, hint, noRows } = answer;
  const title = titleOf(plan);
  const chart = chartOfAnalysis(answer, title);
  const notes = [
    noteOf(plan),
    plan.notCounted,
    noRows.length > 0 ? noRowsInWords(noRows) : undefined,
    ...(rows.length === 0 ? [hint ?? 'There are no rows.'] : []),
  ].filter((note) => note !== undefined);
  return {
    title,
    body: html`<header class="result-head">
        <h1>${title}</h1>
        <p class="hint">${periodOf(plan)}</p>
      </header>
      <div id="body">
        ${notes.map((note) => html`<p class="none">${note}</p>`)}
        ${chart && html`<figure class="chart">${pictureBox(chart)}</figure>`}
        ${notesBelow(chart?.notes ? chart : { notes: notesOf(plan, plan.span) })}
        ${rows.length > 0 && rowsTable(answer, title, csv)}
      </div>`,
  };
}

/** The question in words: `Pageviews of articles, by article and month: en.wikipedia, all-access`. */
function titleOf({ metric, asked, query }: RowsPlan): string {
  const where = asked.flatMap(({ dimension, values, isBy }) =>
    !isBy && values?.length === 1 ? [shownValue(dimension, values[0] as string)] : [],
  );
  const by = query.by.map((name) => labelOf(name).toLowerCase());
  const told = by.length > 0 ? ` by ${by.join(' and ')}` : '';
  return [`${metric.title}${told}`, ...where].join(', ');
}

function periodOf({ span, query, compared }: RowsPlan): string {
  if (lengthOf(span) <= 0) return 'Nothing of it is loaded.';
  const words = ({ grain, first, last }: typeof span): string => {
    const [from, to] = [periodInWords(grain, first), periodInWords(grain, last)];
    return from === to ? from : `${from} to ${to}`;
  };
  const grain = query.grain === null ? '' : `, ${query.grain}`;
  return `${words(span)}${grain}${compared ? `; compared with ${words(compared)}` : ''}`;
}

function rowsTable(answer: QueryAnswer, caption: string, csv: string): Html {
  const { plan, rows, cursor } = answer;
  const { query, span } = plan;
  const units = unitsIn(plan);
  // Derived numbers aren't compared again.
  const compared = (i: number): boolean =>
    query.compare !== null && Object.hasOwn(plan.metric.measures, query.measures[i] ?? '');
  const date = query.grain === null ? undefined : labelOf(query.grain === 'hourly' ? 'hour' : 'date');
  const row = (one: QueryRow): Html =>
    html`<tr>
      ${query.by.map((name, i) => html`<td>${valueText(plan, one, name, i)}</td>`)}
      ${
        date !== undefined &&
        html`<td>${one.ordinal === undefined ? '' : formatDate(span.grain, one.ordinal)}</td>`
      }
      ${query.measures.map((_, i) => {
        const [now, before] = [one.measures[i] ?? null, one.compared?.[i] ?? null];
        return html`${number(now, units[i])}
        ${
          compared(i) &&
          html`${number(before, units[i])}
            <td class="number">${changeText(changeOf(now, before))}</td>`
        }`;
      })}
    </tr>`;
  const more = rows.length - MAX_ROWS;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <caption class="visually-hidden">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${query.by.map((name) => html`<th scope="col">${labelOf(name)}</th>`)}
            ${date !== undefined && html`<th scope="col">${date}</th>`}
            ${query.measures.map((name, i) => {
              const label = labelOf(name);
              return html`<th scope="col" class="number">${label}</th>
                ${
                  compared(i) &&
                  html`<th scope="col" class="number">${label}, before</th>
                    <th scope="col" class="number">Change</th>`
                }`;
            })}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MAX_ROWS).map(row)}
        </tbody>
      </table>
    </div>
    ${(more > 0 || cursor !== null) && moreRows(more, cursor, csv)}`;
}

function moreRows(more: number, cursor: string | null, csv: string): Part {
  const count = more > 0 && cursor === null ? `${numberInWords(more)} more rows` : 'There are more rows';
  return html`<p class="hint">${count}: <a href="${csv}" download>as CSV</a>.</p>`;
}

function valueText({ asked }: RowsPlan, { values, isOthers }: QueryRow, name: string, i: number): string {
  const value = values[i];
  if (value === undefined) return isOthers ? 'all others' : '–';
  return shownValue(askedBy(asked, name).dimension, value);
}

function number(value: number | null, unit: string | undefined): Html {
  const text = value === null ? '–' : unit === RATIO ? percentText(value) : numberInWords(value);
  return html`<td class="number">${text}</td>`;
}

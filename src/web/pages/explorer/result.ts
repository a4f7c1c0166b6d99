import type { Answer, RankedList, TopAnswer } from '../../../core/question/answer.ts';
import { noRowsInWords } from '../../../core/question/no-rows.ts';
import { chosenDimensions } from '../../../core/metric/path-parameters.ts';
import { Problem } from '../../../core/problem.ts';
import type { PathPlan, SeriesPlan } from '../../../core/question/plan.ts';
import { refuseNullSums } from '../../../core/question/summed.ts';
import { chartOf, type BarChart, type LineChart } from '../../../formats/chart/chart.ts';
import { titleInWords } from '../../../formats/chart/title.ts';
import { periodInWords } from '../../../formats/chart/words.ts';
import type { Road } from '../../../read/road.ts';
import { notesOf } from '../../../formats/chart/notes.ts';
import { notesBelow } from '../../figure-notes.ts';
import { figureOfAnswer } from '../../figure.ts';
import { html, type Html, type Part } from '../../html.ts';
import { pictureBox } from '../../picture-box.ts';
import { columnsOf, shownSpan, sumOf, type AnsweredSeries, type Column } from './columns.ts';
import { loadedInstead } from './instead.ts';
import { counterIn } from './live.ts';
import { errorAt } from './mistakes.ts';
import { datesOf, spanBefore } from './range.ts';
import {
  isLive,
  pathIn,
  questionIn,
  viewsOf,
  withParameters,
  type ExplorerState,
  type View,
} from './state.ts';
import { listTable, seriesTable, sumsTable } from './tables.ts';
import type { Shown } from './shown.ts';
import { labelOf } from './words.ts';

const LABELS: Readonly<Record<View, string>> = {
  lines: 'Lines',
  table: 'Table',
  top: 'Top',
  analysis: 'Analysis',
};
/** The maximum number of ranked lists that are shown. */
const MAX_LISTS = 4;

/**
 * Asks the question and renders the answer in the chosen view.
 * @throws Problem if there is no answer; EngineError
 */
export async function resultOf(road: Road, state: ExplorerState, signal: AbortSignal): Promise<Shown> {
  const plan = road.plan(questionIn(state));
  road.charge([plan]);
  refuseNullSums(plan, state.measure);
  const csv = `/metrics${pathIn(state)}.csv?download${state.live ? '&live=true' : ''}`;
  if (plan.kind === 'top') {
    const answer = (await road.read(plan, signal)) as TopAnswer;
    const period = periodInWords(plan.grain, plan.ordinal);
    const absent = await withoutRows(road, state, plan, answer, signal);
    const notes = notesBelow({ notes: notesOf(plan, plan.span) });
    return headed(state, plan, answer, period, html`${absent}${topBody(state, answer, period, csv)}${notes}`);
  }
  const [now, before] = await Promise.all([
    read(road, plan, signal),
    state.compare ? readBefore(road, state, plan, signal) : undefined,
  ]);
  const span = shownSpan(plan);
  const columns = columnsOf(now, state.measure, before, state.compare);
  const period = `${periodInWords(span.grain, span.first)} to ${periodInWords(span.grain, span.last)}, ${span.grain}`;
  const isAdditive = state.metric.measures[state.measure]?.additive ?? false;
  const sums = isAdditive && sumsTable(columns, span, csv);
  const absent = await withoutRows(road, state, plan, now.answer, signal);
  switch (state.view) {
    case 'table':
      return headed(
        state,
        plan,
        now.answer,
        period,
        html`${absent}${seriesTable(columns, span, period, csv)}${notesBelow({ notes: notesOf(plan, span) })}${sums}`,
      );
    case 'top':
      return headed(
        state,
        plan,
        now.answer,
        period,
        html`${absent}${picture(barsOf(state, columns, plan))}${sums}`,
      );
    case 'analysis':
      throw new Error('an analysis is no question of a path');
    case 'lines': {
      const figure = state.compare
        ? picture(comparedLines(state, columns, plan))
        : figureOfAnswer(plan, now.answer, { measure: state.measure }, { path: pathIn(state) }).figure;
      return headed(state, plan, now.answer, period, html`${absent}${figure}${sums}`);
    }
  }
}

/** Renders the values without rows, with offers of loaded values. */
async function withoutRows(
  road: Road,
  state: ExplorerState,
  plan: PathPlan,
  answer: Answer,
  signal: AbortSignal,
): Promise<Part> {
  const { noRows } = answer;
  const names = await road.namesBeside(plan, answer, signal);
  if (noRows.length === 0) return undefined;
  const instead = await loadedInstead(road, state, names, signal, noRows);
  const sentence = noRowsInWords(noRows, instead.length > 0 ? [] : names);
  return html`<div class="absent">
    <p class="none">${sentence}</p>
    ${instead}
  </div>`;
}

async function read(road: Road, plan: SeriesPlan, signal: AbortSignal): Promise<AnsweredSeries> {
  const answer = await road.read(plan, signal);
  if (answer.kind !== 'series') throw new Error(`${plan.metric.name} has no series`);
  return { plan, answer };
}

/** Reads as many periods before the span; returns undefined if they have no data. */
async function readBefore(
  road: Road,
  state: ExplorerState,
  { metric, ...plan }: SeriesPlan,
  signal: AbortSignal,
): Promise<AnsweredSeries | undefined> {
  const dates = datesOf(metric, spanBefore(shownSpan({ metric, ...plan })));
  try {
    const before = road.plan(questionIn(withParameters(state, { ...dates })));
    road.charge([before]);
    return before.kind === 'series' ? await read(road, before, signal) : undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Returns the question in words, including fixed dimensions. */
function titleOf({ metric, ...plan }: PathPlan): string {
  const all = plan.kind === 'top' ? plan.lists : plan.parts.map(({ values }) => values);
  return titleInWords(
    metric,
    metric.dimensions.map((_, i) => [...new Set(all.map((values) => values[i] as string))]),
  );
}

function headed(state: ExplorerState, plan: PathPlan, answer: Answer, period: string, body: Html): Shown {
  const { metric, measure } = state;
  const isOne = Object.keys(metric.measures).length === 1;
  const title = titleOf(plan);
  return {
    title,
    body: html`<header class="result-head">
        <h1>${title}</h1>
        <p class="hint">${isOne ? period : `${labelOf(measure)}: ${period}`}</p>
        ${counterIn(state, plan, answer)}
      </header>
      <div id="body" ${isLive(state) && html`data-renew`}>${body}</div>`,
  };
}

/** Renders the choice of views. It belongs to the form but is above the answer. */
export function viewTabs({ metric, view }: ExplorerState, form: string, problem: Problem | undefined): Html {
  return html`<fieldset class="tabs" data-part="view">
    <legend class="visually-hidden">View</legend>
    ${viewsOf(metric).map(
      (one) =>
        html`<input
            type="radio"
            id="view-${one}"
            name="view"
            value="${one}"
            form="${form}"
            class="visually-hidden"
            ${one === view && html`checked`}
          /><label for="view-${one}">${LABELS[one]}</label>`,
    )}
    ${errorAt('view', problem)}
  </fieldset>`;
}

function picture(chart: LineChart | BarChart): Html {
  return html`<figure class="chart">${pictureBox(chart)} ${notesBelow(chart)}</figure>`;
}

function topBody(state: ExplorerState, answer: TopAnswer, period: string, csv: string): Html {
  const lists = answer.lists.slice(0, MAX_LISTS);
  const { metric } = state;
  const body = lists.map((list): Part => {
    const name = chosenDimensions(metric)
      .map((dimension) => list.values[metric.dimensions.indexOf(dimension)])
      .join(', ');
    const table = listTable(answer, list, `${metric.title}: ${name}, ${period}`, csv);
    if (state.view === 'table') return table;
    return html`${picture(chartOfList(answer, list, state.measure))}${table}`;
  });
  const others = answer.lists.length - lists.length;
  return html`${body}
  ${others > 0 && html`<p class="hint">${others} more lists: <a href="${csv}" download>all as CSV</a>.</p>`}`;
}

function chartOfList(answer: TopAnswer, list: RankedList, measure: string): BarChart {
  return chartOf({ ...answer, lists: [list] }, { measure }) as BarChart;
}

/** Returns a chart with one bar per series: its sum, or its newest number if the measure doesn't add up. */
function barsOf({ metric, measure }: ExplorerState, columns: readonly Column[], plan: SeriesPlan): BarChart {
  const isAdditive = metric.measures[measure]?.additive ?? false;
  const unit = metric.measures[measure]?.unit ?? measure;
  const bars = columns.flatMap((column) => {
    const value = isAdditive ? sumOf(column).total : column.now.findLast((one) => one !== null);
    return value === null || value === undefined ? [] : [{ label: column.label, value }];
  });
  return {
    kind: 'bars',
    title: isAdditive ? titleOf(plan) : `${titleOf(plan)}: newest number`,
    unit,
    bars: bars.toSorted((a, b) => b.value - a.value),
  };
}

/** Returns the lines, and those of the earlier periods drawn over the same dates. */
function comparedLines(
  { metric, measure }: ExplorerState,
  columns: readonly Column[],
  plan: SeriesPlan,
): LineChart {
  const { grain, first } = shownSpan(plan);
  return {
    kind: 'lines',
    title: titleOf(plan),
    unit: metric.measures[measure]?.unit ?? measure,
    grain,
    first,
    notes: notesOf(plan, shownSpan(plan)),
    lines: [
      ...columns.map(({ label, now }) => ({ label, values: now })),
      ...columns.map(({ label, before = [] }, i) => ({
        label: `${label}, before`,
        values: before,
        earlierThan: i,
      })),
    ],
  };
}

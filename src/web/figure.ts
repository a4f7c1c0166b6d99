import { startOf, type Clock } from '../core/time/time.ts';
import { decodeSegment } from '../core/question/metric-paths.ts';
import type { Answer } from '../core/question/answer.ts';
import type { GraphData } from '../core/metric/dashboard.ts';
import { EngineError } from '../core/engine-error.ts';
import type { PathPlan } from '../core/question/plan.ts';
import { noRowsInWords } from '../core/question/no-rows.ts';
import { pathOfPlan } from '../core/question/plan-path.ts';
import { Problem, problemInWords } from '../core/problem.ts';
import { firstMeasure, type Chart, type LineChart } from '../formats/chart/chart.ts';
import type { PictureOptions } from '../formats/picture-options.ts';
import { DEFAULT_THEME, type Theme } from '../formats/chart/style.ts';
import { together } from '../formats/chart/together.ts';
import type { Road } from '../read/road.ts';
import { chartOfData, questionOfGraph } from './graph-chart.ts';
import { correctionsOf } from './figure-corrections.ts';
import { notesBelow } from './figure-notes.ts';
import { html, type Html } from './html.ts';
import { pictureBox } from './picture-box.ts';
import type { LiveQuestion } from './live-question.ts';
import { numbersTable } from './numbers-table.ts';

export interface FigureOptions {
  /** The title of the figure; by default its questions in words. */
  readonly title?: string;
  readonly scale?: 'linear' | 'log';
  /** The theme of the pictures that it links to. Its own colours are the page's. */
  readonly theme?: Theme;
  /** Given if periods under way are to be drawn too, where they are counted. */
  readonly live?: Clock;
}

/** The place of a line's numbers, for the script that makes the picture interactive. */
interface LineSource {
  /** The index of the URL in `data-src`. */
  readonly src: number;
  /** The index of the item in the answer with `shape=columns`. */
  readonly item: number;
  readonly measure: string;
  readonly label: string;
  /** Whether the last period may be incomplete. */
  readonly partial?: true;
}

/** An answered question, as a part of the picture. */
interface Drawn {
  readonly url: string;
  /** The options of the URL: empty, or `live=true`. */
  readonly query: string;
  readonly measure: string;
  /** Whether it is the metric's first measure, which URLs needn't name. */
  readonly isFirst: boolean;
  readonly chart: Chart;
  /** A sentence about its values without rows. */
  readonly noRows: string | undefined;
}

/**
 * Draws some questions together: a `<figure class="chart">` with the picture, and a caption with links to
 * the numbers. It works without a script; a script makes it interactive. For each question that can't be
 * drawn, it has a sentence.
 * @throws errors that aren't the fault of a question or of an engine
 */
export async function figureOf(
  road: Road,
  data: readonly GraphData[],
  options: FigureOptions,
  signal: AbortSignal,
): Promise<Html> {
  const planned = data.map((graph) => orSentence(() => questionOfGraph(road, graph.path, options.live)));
  const plans = planned.flatMap((one) => (typeof one === 'string' ? [] : [one.plan]));
  const refused = orSentence(() => road.charge(plans));
  if (typeof refused === 'string') return figure(options, undefined, [refused]);
  const answered = await Promise.all(
    planned.map(async (one, i) => {
      if (typeof one === 'string') return one;
      return readOrSentence(() => draw(road, one, data[i] as GraphData, signal));
    }),
  );
  const drawn = answered.filter((one) => typeof one !== 'string');
  const sentences = [
    ...new Set(answered.flatMap((one) => (typeof one === 'string' ? one : (one.noRows ?? [])))),
  ];
  const [first, ...rest] = drawn.map(({ chart }) => chart);
  if (!first) return figure(options, undefined, sentences);
  return figure(options, { drawn, chart: together([first, ...rest], options) }, sentences);
}

async function draw(
  road: Road,
  { plan, path, query }: LiveQuestion,
  graph: GraphData,
  signal: AbortSignal,
): Promise<Drawn> {
  const answer = await road.read(plan, signal);
  const names = await road.namesBeside(plan, answer, signal);
  return drawnOf(plan, answer, { ...graph, path }, noRowsInWords(answer.noRows, names), query);
}

function drawnOf(
  plan: PathPlan,
  answer: Answer,
  data: GraphData,
  noRows: string | undefined,
  query = '',
): Drawn {
  const { path, measure } = data;
  const first = firstMeasure(plan.metric);
  return {
    url: `/metrics${encoded(path)}`,
    query,
    measure: measure ?? first,
    isFirst: measure === undefined || measure === first,
    chart: chartOfData(plan, answer, data),
    noRows,
  };
}

/**
 * Returns the figure of an answered question.
 * @param path the path of the question; by default the one with resolved dates
 * @param said a sentence about its values without rows, if the figure is to show it
 * @throws Problem for a measure that the metric doesn't have
 */
export function figureOfAnswer(
  plan: PathPlan,
  answer: Answer,
  { measure, scale, theme }: PictureOptions,
  { path = pathOfPlan(plan), said }: { readonly path?: string; readonly said?: string } = {},
): { readonly title: string; readonly figure: Html } {
  const one = drawnOf(plan, answer, { path, ...(measure === undefined ? {} : { measure }) }, said);
  const options = { ...(scale === undefined ? {} : { scale }), ...(theme === undefined ? {} : { theme }) };
  const chart = together([one.chart], options);
  return {
    title: chart.title,
    figure: figure(options, { drawn: [one], chart }, said === undefined ? [] : [said]),
  };
}

function orSentence<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    return sentenceOf(error);
  }
}

async function readOrSentence<T>(make: () => Promise<T>): Promise<T | string> {
  try {
    return await make();
  } catch (error) {
    return sentenceOf(error);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return problemInWords(error);
  if (error instanceof EngineError)
    return 'The data can’t be read at the moment. Try again in a few seconds.';
  throw error;
}

function figure(
  options: FigureOptions,
  picture: { readonly drawn: readonly Drawn[]; readonly chart: Chart } | undefined,
  sentences: readonly string[],
): Html {
  const { title, scale } = options;
  const said = sentences.map((text) => html`<p class="none">${text}</p>`);
  if (!picture) {
    const caption = title !== undefined && html`<figcaption>${title}</figcaption>`;
    return html`<figure class="chart">${said}${caption}</figure>`;
  }
  const { drawn, chart } = picture;
  return html`<figure class="chart" ${attributesOf(drawn, chart, scale)}>
    ${pictureBox(chart)} ${said} ${notesBelow(chart)} ${correctionsOf(chart)}
    <figcaption>${drawn.map((one) => filesOf(one, options))}</figcaption>
    ${numbersTable(chart)}
  </figure>`;
}

/** Returns the attributes that the script needs to draw the same picture. Lists and single periods are not interactive. */
function attributesOf(drawn: readonly Drawn[], chart: Chart, scale: FigureOptions['scale']): Html {
  const src = html` data-src="${drawn.map(({ url }) => url).join(' ')}"`;
  if (chart.kind === 'bars' || chart.lines.every(({ values }) => values.length < 2)) return src;
  return html`${src} data-grain="${chart.grain}" data-unit="${chart.unit}"
  data-lines="${linesOf(drawn, chart)}"${scale === 'log' && html` data-scale="log"`}${chart.fit && html` data-fit="true"`}${chart.marks && html` data-marks="${spansOf(chart, chart.marks)}"`}${chart.notes && html` data-notes="${spansOf(chart, chart.notes)}"`}`;
}

/** Marks or notes as the script reads them: the starts of their first and last periods, in seconds since 1970. */
function spansOf(
  { grain, first }: LineChart,
  marked: readonly { readonly from: number; readonly to: number }[],
): string {
  return JSON.stringify(
    marked.map(({ from, to }) => [from, to].map((i) => startOf(grain, first + i) / 1000)),
  );
}

/** Returns links to the numbers of a question, and to its own picture. */
function filesOf({ url, query, measure, isFirst, chart }: Drawn, { scale, theme }: FigureOptions): Html {
  const looks = new URLSearchParams({
    ...Object.fromEntries(new URLSearchParams(query)),
    ...(isFirst ? {} : { measure }),
    ...(scale === 'log' && chart.kind === 'lines' ? { scale } : {}),
    ...(theme === undefined || theme === DEFAULT_THEME ? {} : { theme }),
  }).toString();
  const file = (form: string, options = query): string =>
    `${url}.${form}${options === '' ? '' : `?${options}`}`;
  return html`<a href="${file('csv')}">CSV</a> <a href="${file('json')}">JSON</a>
    <a href="${file('svg', looks)}">SVG</a> <a href="${file('png', looks)}">PNG</a>
    <a href="${file('metadata.json')}">Metadata</a> `;
}

function linesOf(drawn: readonly Drawn[], chart: LineChart): string {
  const places = drawn.flatMap(({ measure, chart: own }, src) =>
    own.kind === 'lines' ? own.lines.map((_, item) => ({ src, item, measure })) : [],
  );
  const sources = chart.lines.map(({ label, partial }, i): LineSource => {
    const place = places[i] as (typeof places)[number];
    return { ...place, label, ...(partial === undefined ? {} : { partial: true }) };
  });
  return JSON.stringify(sources);
}

/** Percent-encodes a path, whether it is already encoded or not. */
function encoded(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(decodeSegment(segment)))
    .join('/');
}

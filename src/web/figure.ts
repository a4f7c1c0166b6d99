import { decodeSegment, pathsOf, questionOf } from '../api/metric-paths.ts';
import type { GraphData } from '../core/dashboard.ts';
import { EngineError } from '../core/engine-error.ts';
import type { Plan } from '../core/plan.ts';
import { invalidParameter, Problem } from '../core/problem.ts';
import { chartOf, type Chart } from '../formats/chart/chart.ts';
import { svgOf } from '../formats/chart/svg.ts';
import { together } from '../formats/chart/together.ts';
import type { Road } from '../read/road.ts';
import { html, Html } from './html.ts';

export interface FigureOptions {
  /** What the figure is called; unless given, what its questions ask in words. */
  readonly title?: string;
  readonly scale?: 'linear' | 'log';
}

/** Where a line's numbers are, for the script that makes the picture interactive. */
interface LineSource {
  /** Which of the URLs of `data-src`. */
  readonly src: number;
  /** Which item of its answer, with `shape=columns`. */
  readonly item: number;
  readonly measure: string;
  readonly label: string;
  /** The last number isn't known to be of a whole period. */
  readonly partial?: true;
}

/** A question that was answered, as its part of the picture. */
interface Drawn {
  readonly url: string;
  readonly measure: string;
  readonly chart: Chart;
}

/**
 * Some questions drawn together: `<figure class="chart">` with the picture, and a caption that leads to
 * the numbers. It stands without a script; with one it becomes interactive. What can't be drawn is
 * said in a sentence: its own, where others can be.
 * @throws what is neither the questions' nor an engine's fault
 */
export async function figureOf(
  road: Road,
  data: readonly GraphData[],
  options: FigureOptions,
  signal: AbortSignal,
): Promise<Html> {
  const planned = data.map((graph) => orSentence(() => planOf(road, graph.path)));
  const plans = planned.filter((plan) => typeof plan !== 'string');
  const refused = orSentence(() => road.charge(plans));
  if (typeof refused === 'string') return figure(options, undefined, [refused]);
  const answered = await Promise.all(
    planned.map(async (plan, i) => {
      if (typeof plan === 'string') return plan;
      return readOrSentence(() => draw(road, plan, data[i] as GraphData, signal));
    }),
  );
  const drawn = answered.filter((one) => typeof one !== 'string');
  const sentences = [...new Set(answered.filter((one) => typeof one === 'string'))];
  const [first, ...rest] = drawn.map(({ chart }) => chart);
  if (!first) return figure(options, undefined, sentences);
  return figure(options, { drawn, chart: together([first, ...rest], options) }, sentences);
}

/** @throws Problem where the path asks nothing that can be answered */
function planOf(road: Road, path: string): Plan {
  const target = pathsOf(road.catalogue).find(path);
  if (target?.kind !== 'metric') throw invalidParameter('path', `${path} is no path of a metric.`);
  return road.plan(questionOf(target));
}

async function draw(road: Road, plan: Plan, graph: GraphData, signal: AbortSignal): Promise<Drawn> {
  const { path, measure, label } = graph;
  const chart = chartOf(await road.read(plan, signal), {
    plan,
    ...(measure === undefined ? {} : { measure }),
  });
  return {
    url: `/metrics${encoded(path)}`,
    measure: measure ?? (Object.keys(plan.metric.measures)[0] as string),
    chart: label === undefined || chart.kind === 'bars' ? chart : called(chart, label),
  };
}

/** A chart of one line under the name that somebody chose for it. */
function called(chart: Extract<Chart, { kind: 'lines' }>, label: string): Chart {
  const [line, ...others] = chart.lines;
  if (!line || others.length > 0) return chart;
  const { facts: _, ...rest } = line;
  return { ...chart, lines: [{ ...rest, label }] };
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
  if (error instanceof Problem) return error.message;
  if (error instanceof EngineError)
    return 'The data can’t be read at the moment. Try again in a few seconds.';
  throw error;
}

function figure(
  { title, scale }: FigureOptions,
  picture: { readonly drawn: readonly Drawn[]; readonly chart: Chart } | undefined,
  sentences: readonly string[],
): Html {
  const said = sentences.map((text) => html`<p class="none">${text}</p>`);
  if (!picture)
    return html`<figure class="chart">
      ${title !== undefined && html`<figcaption>${title}</figcaption>`}${said}
    </figure>`;
  const { drawn, chart } = picture;
  const suffix = (ending: string): Html[] =>
    drawn.map(({ url }) => html` <a href="${url}${ending}">${ending.slice(1).toUpperCase()}</a>`);
  return html`<figure
    class="chart"
    data-src="${drawn.map(({ url }) => url).join(' ')}"
    data-kind="${chart.kind}"
    data-lines="${linesOf(drawn, chart)}"
    ${scale === 'log' && html`data-scale="log"`}
  >
    ${new Html(svgOf(chart))}${said}
    <figcaption>${suffix('.csv')}${suffix('.json')}${suffix('.svg')}</figcaption>
  </figure>`;
}

function linesOf(drawn: readonly Drawn[], chart: Chart): string {
  if (chart.kind === 'bars') return '[]';
  const places = drawn.flatMap(({ measure, chart: own }, src) =>
    own.kind === 'lines' ? own.lines.map((_, item) => ({ src, item, measure })) : [],
  );
  const sources = chart.lines.map(({ label, partial }, i): LineSource => {
    const place = places[i] as (typeof places)[number];
    return { ...place, label, ...(partial === undefined ? {} : { partial: true }) };
  });
  return JSON.stringify(sources);
}

/** A path as it stands in a URL, whoever wrote it. */
function encoded(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(decodeSegment(segment)))
    .join('/');
}

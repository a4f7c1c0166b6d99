import { decodeSegment, pathsOf, questionOf } from '../api/metric-paths.ts';
import type { Answer } from '../core/answer.ts';
import type { GraphData } from '../core/dashboard.ts';
import { EngineError } from '../core/engine-error.ts';
import type { Plan } from '../core/plan.ts';
import { invalidParameter, Problem } from '../core/problem.ts';
import { chartOf, together, type Chart } from '../formats/chart/chart.ts';
import { svgOf } from '../formats/chart/svg.ts';
import type { Road } from '../read/road.ts';
import { html, Html } from './html.ts';

export interface FigureOptions {
  /** What the figure is called; unless given, what its question asks in words. */
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
  /** The last number is of a period that isn't whole. */
  readonly partial?: true;
}

/**
 * Some questions drawn together: `<figure class="chart">` with the picture, and a caption that leads to
 * the numbers. It stands without a script; with one it becomes interactive. What can't be drawn is
 * said in a sentence instead.
 * @throws what isn't the question's or an engine's fault
 */
export async function figureOf(
  road: Road,
  data: readonly GraphData[],
  options: FigureOptions,
  signal: AbortSignal,
): Promise<Html> {
  try {
    return await drawn(road, data, options, signal);
  } catch (error) {
    if (error instanceof Problem) return sentence(options, error.message);
    if (error instanceof EngineError) return sentence(options, 'The data can’t be read at the moment.');
    throw error;
  }
}

async function drawn(
  road: Road,
  data: readonly GraphData[],
  { title, scale }: FigureOptions,
  signal: AbortSignal,
): Promise<Html> {
  const plans = data.map(({ path }) => planOf(road, path));
  road.charge(plans);
  const answers = await Promise.all(plans.map((plan) => road.read(plan, signal)));
  const charts = data.map((graph, i) => labelled(answers[i] as Answer, plans[i] as Plan, graph));
  const chart = together(charts, { ...(title === undefined ? {} : { title }), ...(scale ? { scale } : {}) });
  const sources = data.map(({ path }) => `/metrics${encoded(path)}`);
  return html`<figure
    class="chart"
    data-src="${sources.join(' ')}"
    data-lines="${linesOf(charts, data, plans)}"
  >
    ${new Html(svgOf(chart))}
    <figcaption>
      ${sources.map((url) => html`<a href="${url}.csv">CSV</a> <a href="${url}.json">JSON</a> `)}
    </figcaption>
  </figure>`;
}

/** @throws Problem where the path asks nothing that can be answered */
function planOf(road: Road, path: string): Plan {
  const target = pathsOf(road.catalogue).find(path);
  if (target?.kind !== 'metric') throw invalidParameter('path', `${path} is no path of a metric.`);
  return road.plan(questionOf(target));
}

function labelled(answer: Answer, plan: Plan, { measure, label }: GraphData): Chart {
  const chart = chartOf(answer, { plan, ...(measure === undefined ? {} : { measure }) });
  const [only, ...others] = chart.kind === 'lines' ? chart.lines : [];
  return chart.kind === 'lines' && label !== undefined && only && others.length === 0
    ? { ...chart, lines: [{ ...only, label }] }
    : chart;
}

function linesOf(charts: readonly Chart[], data: readonly GraphData[], plans: readonly Plan[]): string {
  const lines = charts.flatMap((chart, src): LineSource[] =>
    chart.kind === 'bars'
      ? []
      : chart.lines.map(({ label, partial }, item) => ({
          src,
          item,
          measure: data[src]?.measure ?? (Object.keys(plans[src]?.metric.measures ?? {})[0] as string),
          label,
          ...(partial ? { partial } : {}),
        })),
  );
  return JSON.stringify(lines);
}

/** A path as it stands in a URL, whoever wrote it. */
function encoded(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(decodeSegment(segment)))
    .join('/');
}

function sentence({ title }: FigureOptions, text: string): Html {
  return html`<figure class="chart none">
    <p>${text}</p>
    ${title !== undefined && html`<figcaption>${title}</figcaption>`}
  </figure>`;
}

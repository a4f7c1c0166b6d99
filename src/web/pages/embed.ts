import type { Answer } from '../../core/question/answer.ts';
import { licenceOf, licenceUrl, type Metric } from '../../core/metric/metric.ts';
import type { NamesFound } from '../../core/problem.ts';
import { noRowsInWords } from '../../core/question/no-rows.ts';
import { NOW } from '../../core/question/periods.ts';
import { parametersOfPlan } from '../../core/question/plan-path.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { chartOf, firstMeasure } from '../../formats/chart/chart.ts';
import { titleInWords } from '../../formats/chart/title.ts';
import { explorerQuery } from '../../formats/explorer-url.ts';
import type { PictureOptions } from '../../formats/picture-options.ts';
import { DEFAULT_THEME, type Theme } from '../../formats/chart/style.ts';
import type { Assets } from '../assets.ts';
import { figureOfAnswer } from '../figure.ts';
import { renderHead } from '../head.ts';
import { html, type Html, type Part } from '../html.ts';
import { liveCounter, liveLine, type Waiting, waitingCounter } from '../live-counter.ts';

/** What a frame needs besides the answer. */
export interface Embedding {
  /** The values that may have been meant instead of the values without rows. */
  readonly names: readonly NamesFound[];
  readonly options: PictureOptions;
  /** The URL of the question. */
  readonly url: string;
  readonly assets: Assets;
}

/**
 * The page of a frame: a picture, with only the source of the numbers and a link to the explorer around it. One of
 * periods under way grows.
 * @throws Problem for a measure that the metric doesn't have
 */
export function embedPage(plan: PathPlan, answer: Answer, { names, options, url, assets }: Embedding): Html {
  const said = noRowsInWords(answer.noRows, names);
  const path = url.replace(/^\/metrics/, '');
  const { title, figure } = figureOfAnswer(plan, answer, options, {
    ...(said !== undefined && { said }),
    // A range that ends now goes on to do so.
    ...(answer.open && { path }),
  });
  const measure = options.measure ?? firstMeasure(plan.metric);
  const body = answer.open
    ? html`<div id="body" data-renew>${figure}</div>
        ${liveLine(plan, answer, measure, url)}`
    : figure;
  return frame(title, html`${body} ${creditOf(title, plan, options)}`, assets, options.theme);
}

/**
 * The page of a frame with a counter of the period under way.
 * @throws Problem for a measure that the metric doesn't have
 */
export function embedCounter(plan: PathPlan, answer: Answer, { options, url, assets }: Embedding): Html {
  const measure = options.measure ?? firstMeasure(plan.metric);
  const { title } = chartOf(answer, { plan, measure });
  const main = html`${liveCounter(plan, answer, measure, url)} ${creditOf(title, plan, options)}`;
  return frame(title, main, assets, options.theme);
}

/**
 * The page of a frame with a counter that waits for the first row.
 * @param parameters those of the metric's path
 */
export function embedWaiting(
  awaited: Waiting,
  parameters: Readonly<Record<string, string>>,
  options: PictureOptions,
  assets: Assets,
): Html {
  const { metric } = awaited;
  const title = titleInWords(
    metric,
    metric.dimensions.map(({ name }) => parameters[name]?.split('|') ?? []),
  );
  const explored = { ...parameters, ...(metric.shape.kind === 'top' ? {} : { end: NOW }), live: 'true' };
  const counter = waitingCounter({ ...awaited, ...(options.measure && { measure: options.measure }) });
  const main = html`${counter} ${creditLine(title, metric, explored, options)}`;
  return frame(title, main, assets, options.theme);
}

/** A link to the explorer, and whose the numbers are. */
function creditOf(title: string, plan: PathPlan, options: PictureOptions): Html {
  const isOpen = plan.open && plan.kind === 'series';
  const explored = { ...parametersOfPlan(plan), ...(isOpen && { end: NOW }) };
  return creditLine(title, plan.metric, explored, options);
}

/** @param explored the parameters of the explorer */
function creditLine(
  title: string,
  metric: Metric,
  explored: Readonly<Record<string, string>>,
  { measure }: PictureOptions,
): Html {
  const explore = explorerQuery(metric, explored);
  if (measure !== undefined) explore.set('measure', measure);
  const spdx = licenceOf(metric);
  const url = licenceUrl(spdx);
  return html`<footer>
    <a href="/?${explore.toString()}" target="_blank" rel="noopener">${title}</a>. Source:
    ${metric.source}${metric.owner !== undefined && html`, ${metric.owner}`}.
    ${url === undefined ? spdx : html`<a href="${url}" target="_blank" rel="noopener license">${spdx}</a>`}
  </footer>`;
}

/** The page of a frame without a picture. */
export function embedProblem(sentence: string, assets: Assets, theme?: Theme): Html {
  return frame('No picture', html`<p>${sentence}</p>`, assets, theme);
}

function frame(title: string, main: Part, assets: Assets, theme: Theme = DEFAULT_THEME): Html {
  return html`<!doctype html>
    <html lang="en">
      ${renderHead(title, assets, { theme })}
      <body class="embed">
        <main>${main}</main>
      </body>
    </html>`;
}

import type { Answer } from '../../core/question/answer.ts';
import { licenceOf } from '../../core/metric/metric.ts';
import type { NamesFound } from '../../core/problem.ts';
import { noRowsInWords } from '../../core/question/no-rows.ts';
import { parametersOfPlan } from '../../core/question/plan-path.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import type { PictureOptions } from '../../formats/picture-options.ts';
import { DEFAULT_THEME, type Theme } from '../../formats/chart/style.ts';
import type { Assets } from '../assets.ts';
import { figureOfAnswer } from '../figure.ts';
import { renderHead } from '../head.ts';
import { html, type Html, type Part } from '../html.ts';

/**
 * The page of a frame: a picture, with only the source of the numbers and a link to the explorer around it.
 * @param names the values that may have been meant instead of the values without rows
 * @throws Problem for a measure that the metric doesn't have
 */
export function embedPage(
  plan: PathPlan,
  answer: Answer,
  names: readonly NamesFound[],
  options: PictureOptions,
  assets: Assets,
): Html {
  const { metric } = plan;
  const said = noRowsInWords(answer.noRows, names);
  const { title, figure } = figureOfAnswer(plan, answer, options, said === undefined ? {} : { said });
  const explore = new URLSearchParams({
    metric: metric.name,
    ...parametersOfPlan(plan),
    ...(options.measure === undefined ? {} : { measure: options.measure }),
  }).toString();
  const spdx = licenceOf(metric);
  return frame(
    title,
    html`${figure}
      <footer>
        <a href="/?${explore}" target="_blank" rel="noopener">${title}</a>. Source:
        ${metric.source}${metric.owner !== undefined && html`, ${metric.owner}`}.
        <a href="https://spdx.org/licenses/${spdx}.html" target="_blank" rel="noopener license">${spdx}</a>
      </footer>`,
    assets,
    options.theme,
  );
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

import type { Answer } from '../../core/question/answer.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { drawBars } from './bars.ts';
import { chartOf, type Chart } from './chart.ts';
import { drawLines } from './lines.ts';
import type { PictureOptions } from '../picture-options.ts';
import type { Form, Format } from '../form.ts';
import { DEFAULT_THEME, INLINE, lookOf, picturePolicy, type Look } from './style.ts';

/** Renders an answer as a picture, for `<img>`, wikis and e-mails. */
export const svg = {
  type: 'image/svg+xml; charset=utf-8',
  suffix: '.svg',
  label: 'SVG picture',
  doc: 'a picture, for pages and e-mails',
  policy: picturePolicy(DEFAULT_THEME),
  render: (answer: Answer, plan: PathPlan) => renderSvg(answer, plan),
} as const satisfies Format;

/** The form of pictures with these options. */
export function pictureForm(options: PictureOptions): Form {
  return {
    ...svg,
    policy: picturePolicy(options.theme ?? DEFAULT_THEME),
    render: (answer, plan) => renderSvg(answer, plan, options),
  };
}

/** @throws Problem for an unknown measure */
function renderSvg(answer: Answer, plan: PathPlan, options: PictureOptions = {}): Buffer {
  return Buffer.from(svgOf(chartWith(answer, plan, options), lookOf(options.theme ?? DEFAULT_THEME)));
}

/** The chart of an answer with the options of a picture. @throws Problem for an unknown measure */
export function chartWith(answer: Answer, plan: PathPlan, { measure, scale }: PictureOptions): Chart {
  const chart = chartOf(answer, { plan, ...(measure === undefined ? {} : { measure }) });
  return chart.kind === 'lines' && scale ? { ...chart, scale } : chart;
}

/** A chart as one SVG element. @param look by default the look of pictures inside a page */
export function svgOf(chart: Chart, look: Look = INLINE): string {
  return chart.kind === 'lines' ? drawLines(chart, look) : drawBars(chart, look);
}

import type { Answer } from '../../core/answer.ts';
import type { Plan } from '../../core/plan.ts';
import { drawBars } from './bars.ts';
import { chartOf, type Chart } from './chart.ts';
import { drawLines } from './lines.ts';
import { CHART_STYLE } from './style.ts';

/** What a picture may be told besides the question. */
export interface PictureOptions {
  readonly measure?: string;
  readonly scale?: 'linear' | 'log';
}

/**
 * The picture of an answer, for `<img>`, wikis and e-mails.
 * @throws Problem for a measure that the metric hasn't
 */
export function renderSvg(answer: Answer, plan: Plan, { measure, scale }: PictureOptions = {}): Buffer {
  const chart = chartOf(answer, { plan, ...(measure === undefined ? {} : { measure }) });
  return Buffer.from(svgOf(chart.kind === 'lines' && scale ? { ...chart, scale } : chart, 'alone'));
}

/**
 * A chart as one SVG element.
 * @param placed `alone`: a file of its own, with its style; `inline`: in a page, which has `CHART_STYLE`
 */
export function svgOf(chart: Chart, placed: 'alone' | 'inline' = 'inline'): string {
  const style = placed === 'alone' ? CHART_STYLE : undefined;
  return chart.kind === 'lines' ? drawLines(chart, style) : drawBars(chart, style);
}

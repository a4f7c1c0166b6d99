import type { Answer } from '../../core/answer.ts';
import { chartOf, type Chart } from './chart.ts';

/** The picture of an answer, for `<img>`, wikis and e-mails. */
export function renderSvg(answer: Answer): Buffer {
  return Buffer.from(svgOf(chartOf(answer)));
}

/** A chart as one SVG element. */
export function svgOf(chart: Chart): string {
  const title = chart.title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 320" role="img"><title>${title}</title></svg>`;
}

import type { Chart } from './chart.ts';
import { INK_2, lookOf, PAPER, RULE } from './style.ts';
import { svgOf } from './svg.ts';

/** The size that networks and chats show without cutting (https://ogp.me, cards of X). */
const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 24;
const FOOT = 46;
/** A list with more bars would become too small to be read. */
const MAX_BARS = 12;

/** The picture of a link: the chart, as large as it fits, above the name of the instance's software. */
export function cardOf(chart: Chart): { readonly svg: string; readonly width: number } {
  const shown = chart.kind === 'bars' ? { ...chart, bars: chart.bars.slice(0, MAX_BARS) } : chart;
  const drawn = svgOf(shown, lookOf('light'));
  const [, width = 1, height = 1] = (/viewBox="0 0 (\d+) (\d+)"/.exec(drawn) ?? []).map(Number);
  const scale = Math.min((WIDTH - 2 * MARGIN) / width, (HEIGHT - FOOT - MARGIN) / height);
  const [w, h] = [width * scale, height * scale];
  const placed = drawn.replace(
    /width="\d+" height="\d+"/,
    `x="${(WIDTH - w) / 2}" y="${MARGIN / 2 + (HEIGHT - FOOT - MARGIN - h) / 2}" width="${w}" height="${h}"`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif"><rect width="${WIDTH}" height="${HEIGHT}" fill="${PAPER.light}"/>${placed}<path d="M0 ${HEIGHT - FOOT}H${WIDTH}" stroke="${RULE.light}" stroke-width="2"/><text x="${2 * MARGIN}" y="${HEIGHT - 16}" font-size="20" font-family="serif" fill="${INK_2.light}">Kraken</text><text x="${WIDTH - 2 * MARGIN}" y="${HEIGHT - 16}" font-size="16" text-anchor="end" fill="${INK_2.light}">public analytics data</text></svg>`;
  return { svg, width: WIDTH };
}

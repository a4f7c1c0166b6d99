import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Answer } from '../../core/question/answer.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import type { Form, Format } from '../form.ts';
import type { PictureOptions } from '../picture-options.ts';
import { cardOf } from './card.ts';
import type { Chart } from './chart.ts';
import { DEFAULT_THEME, lookOf } from './style.ts';
import { chartWith, svgOf } from './svg.ts';

export const PNG_TYPE = 'image/png';

/** Twice as many dots as the picture has units: sharp on most screens. */
const WIDTH = 1440;

/** Renders an answer as a picture of dots, for slides and chats, which don't take SVG. */
export const png = {
  type: PNG_TYPE,
  suffix: '.png',
  label: 'PNG picture',
  doc: 'a picture, for slides and chats',
  isSaved: true,
  render: (answer: Answer, plan: PathPlan) => renderPng(answer, plan, {}),
} as const satisfies Format;

/** The form of pictures of dots with these options. */
export function pngForm(options: PictureOptions): Form {
  return { ...png, render: (answer, plan) => renderPng(answer, plan, options) };
}

/** @throws Problem for an unknown measure */
function renderPng(answer: Answer, plan: PathPlan, options: PictureOptions): Promise<Buffer> {
  const chart = chartWith(answer, plan, options);
  const { theme = DEFAULT_THEME, size } = options;
  return size === 'card' ? cardPng(chart) : dots(svgOf(chart, lookOf(theme)), WIDTH);
}

/** A chart as the picture of a link: 1200 × 630 dots. */
export function cardPng(chart: Chart): Promise<Buffer> {
  const card = cardOf(chart);
  return dots(card.svg, card.width);
}

const require = createRequire(import.meta.url);
const fonts = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
/** The fonts come with Kraken, so that every machine draws the same picture. */
const FONT = {
  loadSystemFonts: false,
  fontFiles: [join(fonts, 'DejaVuSans.ttf')],
  defaultFontFamily: 'DejaVu Sans',
  sansSerifFamily: 'DejaVu Sans',
  serifFamily: 'DejaVu Sans',
};

/** Draws SVG in a thread of its own, which takes about 30 ms. */
async function dots(svg: string, width: number): Promise<Buffer> {
  // Loaded when the first picture is asked for.
  const { renderAsync } = await import('@resvg/resvg-js');
  const drawn = await renderAsync(painted(svg), { font: FONT, fitTo: { mode: 'width', value: width } });
  return drawn.asPng();
}

/**
 * Writes out the colours of a picture. resvg takes an inherited `currentColor` from the element that declares it,
 * browsers from the element that is painted. The style sheet goes, too: it names fonts of readers' systems.
 */
export function painted(svg: string): string {
  const colours: string[] = [];
  return svg
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(
      /<(\/?)([a-z]+)([^>]*?)(\/?)>/gi,
      (_, end: string, name: string, attributes: string, alone: string) => {
        if (end !== '') {
          colours.pop();
          return `</${name}>`;
        }
        const [, own] = / color="([^"]*)"/.exec(attributes) ?? [];
        const colour = own ?? colours.at(-1) ?? 'black';
        if (alone === '') colours.push(colour);
        const fill = own !== undefined && !attributes.includes(' fill=') ? ` fill="${own}"` : '';
        return `<${name}${attributes.replaceAll('currentColor', colour)}${fill}${alone}>`;
      },
    );
}

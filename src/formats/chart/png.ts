import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Turns } from '../../core/turns.ts';
import type { Answer } from '../../core/question/answer.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import type { Form, Format } from '../form.ts';
import type { PictureOptions } from '../picture-options.ts';
import type { RowStyle } from '../row-style.ts';
import { cardOf } from './card.ts';
import type { Chart } from './chart.ts';
import { DEFAULT_THEME, lookOf } from './style.ts';
import { chartWith, svgOf } from './svg.ts';

export const PNG_TYPE = 'image/png';

/** Twice as many dots as the picture has units: sharp on most screens. */
const WIDTH = 1440;

/** The signal of those who always wait. */
const WAITED_FOR = new AbortController().signal;

/** Renders an answer as a picture of dots, for slides and chats, which don't take SVG. */
export const png = {
  type: PNG_TYPE,
  suffix: '.png',
  label: 'PNG picture',
  doc: 'a picture, for slides and chats',
  isSaved: true,
  render: renderingPng({}),
} as const satisfies Format;

/** The form of pictures of dots with these options. */
export function pngForm(options: PictureOptions): Form {
  return { ...png, render: renderingPng(options) };
}

/** What renders an answer with these options. It throws a Problem for an unknown measure. */
function renderingPng({ theme = DEFAULT_THEME, size, ...options }: PictureOptions) {
  return (answer: Answer, plan: PathPlan, _?: RowStyle, signal?: AbortSignal): Promise<Buffer> =>
    dots(() => {
      const chart = chartWith(answer, plan, options);
      return size === 'card' ? cardOf(chart) : { svg: svgOf(chart, lookOf(theme)), width: WIDTH };
    }, signal);
}

/** A chart as the picture of a link: 1200 × 630 dots. @param signal aborted when nobody waits for it any more */
export function cardPng(chart: Chart, signal?: AbortSignal): Promise<Buffer> {
  return dots(() => cardOf(chart), signal);
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

/**
 * How many pictures are drawn at the same time. They take threads that compression and files need, too: libuv has four
 * for all of them, and what it was once given is done to the end.
 */
const turns = new Turns(2);

/**
 * Draws SVG in a thread of libuv, which takes about 30 ms.
 * @param made makes the picture, when its turn has come
 * @throws the signal's reason if it is aborted before
 */
async function dots(
  made: () => { readonly svg: string; readonly width: number },
  signal: AbortSignal = WAITED_FOR,
): Promise<Buffer> {
  // Loaded when the first picture is asked for.
  const { renderAsync } = await import('@resvg/resvg-js');
  await turns.take(signal);
  try {
    const { svg, width } = made();
    const drawn = await renderAsync(painted(svg), { font: FONT, fitTo: { mode: 'width', value: width } });
    return drawn.asPng();
  } finally {
    turns.give();
  }
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

import { createHash } from 'node:crypto';

/** A colour on white, and the same on the dark paper. Text and lines of it can be read on both. */
export interface Colour {
  readonly light: string;
  readonly dark: string;
}

export const PAPER: Colour = { light: '#fff', dark: '#101418' };
export const INK: Colour = { light: '#202122', dark: '#eaecf0' };
/** Of what is said besides: axes, notes. */
export const INK_2: Colour = { light: '#54595d', dark: '#a2a9b1' };
/** Of thin rules, which nothing depends on. */
export const RULE: Colour = { light: '#eaecf0', dark: '#2d3137' };

/** Of lines, in their order. */
export const COLOURS: readonly Colour[] = [
  { light: '#3366cc', dark: '#88a3e8' },
  { light: '#b32424', dark: '#fd7865' },
  { light: '#096450', dark: '#2cb491' },
  { light: '#6a3fa0', dark: '#b99ae6' },
  { light: '#8a5a00', dark: '#d9a93a' },
  { light: '#a8206e', dark: '#ee8fc2' },
  { light: '#2b6a8a', dark: '#7cc4e4' },
  { light: '#54595d', dark: '#c8ccd1' },
];

/** What a picture is drawn on: white, the dark paper, or whichever of them the reader's system prefers. */
export const THEMES = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof THEMES)[number];

/**
 * Pictures go into other people's pages, most of which are light whatever the reader's system prefers:
 * there a dark picture would be a black box.
 */
export const DEFAULT_THEME: Theme = 'light';

/** How a picture is coloured. */
export interface Look {
  /** Of the colours in attributes: many programs that draw SVG know no style sheets. */
  readonly tone: keyof Colour;
  /** CSS, where the picture stands alone; a page has `PAGE_CHART_STYLE`. */
  readonly style: string | undefined;
}

/** The look of a picture that is a part of a page. */
export const INLINE: Look = { tone: 'light', style: undefined };

/** The look of a picture that stands alone. */
export function lookOf(theme: Theme): Look {
  return { tone: theme === 'dark' ? 'dark' : 'light', style: STYLES[theme] };
}

/** A rule for each class of coloured things. */
function coloured(colourOf: (colour: Colour) => string): string {
  const classes = { '': INK, ' .p': PAPER, ' .n': INK_2, ' .r': RULE };
  const lines = Object.fromEntries(COLOURS.map((colour, i) => [` .c${i}`, colour]));
  return Object.entries<Colour>({ ...classes, ...lines })
    .map(([name, colour]) => `.kc${name}{color:${colourOf(colour)}}`)
    .join('');
}

const FONTS =
  ".kc{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}.kc .h{font-family:'Linux Libertine',Georgia,'Times New Roman',serif}";

/** What the attributes don't say: fonts, and the dark colours where they depend on the reader. */
const STYLES: Readonly<Record<Theme, string>> = {
  light: FONTS,
  dark: FONTS,
  auto: `${FONTS}@media(prefers-color-scheme:dark){${coloured(({ dark }) => dark)}}`,
};

/** The style of the pictures in a page: their colours follow the page's colour scheme. */
export const PAGE_CHART_STYLE = FONTS + coloured(({ light, dark }) => `light-dark(${light},${dark})`);

/**
 * The policy of a picture that is opened by itself: its own style, and nothing else. Any page may
 * show it, in a frame as well as in an image.
 */
export function picturePolicy(theme: Theme): string {
  const digest = createHash('sha256').update(STYLES[theme]).digest('base64');
  return `default-src 'none'; style-src 'sha256-${digest}'; frame-ancestors *`;
}

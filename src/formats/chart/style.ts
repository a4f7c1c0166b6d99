import { createHash } from 'node:crypto';

/** A colour on a light and on a dark background, with enough contrast for text on both. */
export interface Colour {
  readonly light: string;
  readonly dark: string;
}

export const PAPER: Colour = { light: '#fff', dark: '#101418' };
export const INK: Colour = { light: '#202122', dark: '#eaecf0' };
/** The colour of axes and notes. */
export const INK_2: Colour = { light: '#54595d', dark: '#a2a9b1' };
/** The colour of thin lines in the background. */
export const RULE: Colour = { light: '#eaecf0', dark: '#2d3137' };

/** The colours of lines, in order. */
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

/** The background of a picture: light, dark, or the one that the reader's system prefers. */
export const THEMES = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof THEMES)[number];

/**
 * Most pages that embed pictures are light, even if the reader's system prefers dark pages. A dark picture
 * would stand out.
 */
export const DEFAULT_THEME: Theme = 'light';

/** The colours of a picture. */
export interface Look {
  /** The tone of the colour attributes, for programs that ignore style sheets. */
  readonly tone: keyof Colour;
  /** The CSS of a picture that stands alone; undefined inside a page, which has `PAGE_CHART_STYLE`. */
  readonly style: string | undefined;
}

/** The look of a picture inside a page. */
export const INLINE: Look = { tone: 'light', style: undefined };

/** The look of a picture that stands alone. */
export function lookOf(theme: Theme): Look {
  return { tone: theme === 'dark' ? 'dark' : 'light', style: STYLES[theme] };
}

/** A CSS rule for each class of coloured elements. */
function coloured(colourOf: (colour: Colour) => string): string {
  const classes = { '': INK, ' .p': PAPER, ' .n': INK_2, ' .r': RULE };
  const lines = Object.fromEntries(COLOURS.map((colour, i) => [` .c${i}`, colour]));
  return Object.entries<Colour>({ ...classes, ...lines })
    .map(([name, colour]) => `.kc${name}{color:${colourOf(colour)}}`)
    .join('');
}

const FONTS =
  ".kc{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}.kc .h{font-family:'Linux Libertine',Georgia,'Times New Roman',serif}";

/** The CSS of pictures that stand alone: fonts, and for `auto` the dark colours. */
const STYLES: Readonly<Record<Theme, string>> = {
  light: FONTS,
  dark: FONTS,
  auto: `${FONTS}@media(prefers-color-scheme:dark){${coloured(({ dark }) => dark)}}`,
};

/** The CSS of pictures inside a page. Their colours follow the page's colour scheme. */
export const PAGE_CHART_STYLE = FONTS + coloured(({ light, dark }) => `light-dark(${light},${dark})`);

/**
 * The Content-Security-Policy of a picture that is opened by itself: it allows its own style only. Any
 * page may show the picture, also in a frame.
 */
export function picturePolicy(theme: Theme): string {
  const digest = createHash('sha256').update(STYLES[theme]).digest('base64');
  return `default-src 'none'; style-src 'sha256-${digest}'; frame-ancestors *`;
}

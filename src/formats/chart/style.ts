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

const dark = [
  `.kc{color:${INK.dark}}`,
  `.kc .p{color:${PAPER.dark}}`,
  `.kc .n{color:${INK_2.dark}}`,
  `.kc .r{color:${RULE.dark}}`,
  ...COLOURS.map((colour, i) => `.kc .c${i}{color:${colour.dark}}`),
].join('');

/**
 * The style of pictures. Without it they are light and whole: colours stand in attributes, since
 * many who draw SVG know no more; this makes them dark where that is wished for.
 */
export const CHART_STYLE = `.kc{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}.kc .h{font-family:'Linux Libertine',Georgia,'Times New Roman',serif}@media(prefers-color-scheme:dark){${dark}}`;

/**
 * The policy of a picture that is opened by itself: its own style, and nothing else. Any page may
 * show it, in a frame as well as in an image.
 */
export const CHART_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(CHART_STYLE).digest('base64')}'; frame-ancestors *`;

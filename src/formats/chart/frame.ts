import { INK, INK_2, PAPER, RULE, type Look } from './style.ts';
import { escapeXml, fitted } from './xml.ts';

/** Of every picture, in its own units; it is shown as large as there is room. */
export const WIDTH = 720;
export const MARGIN = 16;

const TITLE_SIZE = 18;
export const TEXT_SIZE = 12;
const CREDIT_SIZE = 10;

/** What every picture has around what it shows. */
export interface Framed {
  readonly height: number;
  readonly title: string;
  /** Below the title: the unit, the grain, what a reader has to know. */
  readonly subtitle: string;
  readonly credit: string | undefined;
  /** What a screen reader says besides the title. */
  readonly description: string;
  /** SVG. */
  readonly content: string;
  readonly look: Look;
}

/** One SVG element. Colours are in attributes, so that it is whole without a style. */
export function framed({ height, title, subtitle, credit, description, content, look }: Framed): string {
  const { tone, style } = look;
  const room = WIDTH - 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" class="kc" role="img" color="${INK[tone]}" fill="currentColor" font-family="sans-serif" font-size="${TEXT_SIZE}">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>`,
    style === undefined ? '' : `<style>${style}</style>`,
    `<rect class="p" color="${PAPER[tone]}" width="${WIDTH}" height="${height}"/>`,
    `<text class="h" x="${MARGIN}" y="28" font-family="serif" font-size="${TITLE_SIZE}">${escapeXml(fitted(title, TITLE_SIZE * 1.1, room))}</text>`,
    `<g class="n" color="${INK_2[tone]}"><text x="${MARGIN}" y="47">${escapeXml(fitted(subtitle, TEXT_SIZE, room))}</text>`,
    credit === undefined
      ? ''
      : `<text x="${WIDTH - MARGIN}" y="${height - 8}" font-size="${CREDIT_SIZE}" text-anchor="end">${escapeXml(fitted(credit, CREDIT_SIZE, room))}</text>`,
    `</g>${content}</svg>`,
  ].join('');
}

/** Thin rules: what nothing depends on. */
export function rules(path: string, { tone }: Look): string {
  return `<path class="r" color="${RULE[tone]}" fill="none" stroke="currentColor" d="${path}"/>`;
}

/** A coordinate, with at most one decimal. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10 || 0).replace(/^(-?)0\./, '$1.');
}

import type { Note } from './notes.ts';
import { INK, INK_2, PAPER, RULE, type Look } from './style.ts';
import { escapeXml, fitted } from './xml.ts';

/** The width of every picture, in its own units. It is scaled to the room on the page. */
export const WIDTH = 720;
export const MARGIN = 16;

const TITLE_SIZE = 18;
export const TEXT_SIZE = 12;
const CREDIT_SIZE = 10;

/** A picture's content and the parts around it. */
export interface Framed {
  readonly height: number;
  readonly title: string;
  /** The line below the title: the unit, the grain, notes. */
  readonly subtitle: string;
  readonly credit: string | undefined;
  /** The owner's notes, listed below the content of a picture that stands alone; pages list them beside the picture. */
  readonly notes?: readonly Note[] | undefined;
  /** The text that a screen reader says besides the title. */
  readonly description: string;
  /** SVG. */
  readonly content: string;
  readonly look: Look;
}

/** A picture as one SVG element. Colours are attributes, so that it is complete without a style sheet. */
export function framed(framing: Framed): string {
  const { title, subtitle, credit, description, content, look, notes = [] } = framing;
  const { tone, style } = look;
  const listed = style === undefined ? [] : listOfNotes(notes);
  const below = framing.height - CREDIT_HEIGHT;
  const height = framing.height + listed.length * NOTE_HEIGHT;
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
    ...listed.map(
      (text, i) =>
        `<text x="${MARGIN}" y="${below + (i + 1) * NOTE_HEIGHT}">${escapeXml(fitted(text, TEXT_SIZE, room))}</text>`,
    ),
    `</g>${content}</svg>`,
  ].join('');
}

/** The height of the line with the credit. */
const CREDIT_HEIGHT = 24;
const NOTE_HEIGHT = 17;
/** The maximum number of notes that a picture lists. */
const MAX_NOTES = 5;

/** The notes by their numbers, as many as there is room for. */
function listOfNotes(notes: readonly Note[]): string[] {
  const numbered = notes.map(({ text }, i) => `${i + 1}. ${text.replaceAll(/\s+/g, ' ')}`);
  if (numbered.length <= MAX_NOTES) return numbered;
  return [...numbered.slice(0, MAX_NOTES - 1), `… and ${numbered.length - MAX_NOTES + 1} more notes.`];
}

/** Thin lines in the background. */
export function rules(path: string, { tone }: Look): string {
  return `<path class="r" color="${RULE[tone]}" fill="none" stroke="currentColor" d="${path}"/>`;
}

/** A coordinate, with at most one decimal. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10 || 0).replace(/^(-?)0\./, '$1.');
}

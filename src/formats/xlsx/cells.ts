import { toUSVString } from 'node:util';
import type { CellType, SheetCell, SheetColumn } from '../sheet.ts';

/** The longest text of a cell, in UTF-16 units. */
const MAX_TEXT = 32_767;
/** Spreadsheets show and keep 15 digits of a number. */
const MAX_EXACT = 999_999_999_999_999;
const DAY_MS = 86_400_000;
/** Day 0 of the dates of spreadsheets that are counted as they are from March 1900 on. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
/** The first date that every spreadsheet shows alike: for Excel, 1900 was a leap year. */
const FIRST_DATE_MS = Date.UTC(1900, 2, 1);

/** The indexes of the formats of cells in the styles of the workbook. */
export const STYLES = { plain: 0, heading: 1, date: 2, instant: 3 } as const;

/** What the cells of a workbook had to be written otherwise than they are. */
export interface Exceptions {
  /** Whether a whole number has more than 15 digits, and is a text. */
  hasLongNumbers: boolean;
  /** Whether a text was cut. */
  hasCutTexts: boolean;
}

/** The name of a column of a worksheet: 0 → A, 26 → AA. */
export function columnLetters(index: number): string {
  return index < 26
    ? String.fromCharCode(65 + index)
    : columnLetters(Math.floor(index / 26) - 1) + columnLetters(index % 26);
}

/** A function that writes a cell of a column as XML, without its end. A cell without a value is left out. */
export function cellWriter(
  { type }: Pick<SheetColumn, 'type'>,
  letters: string,
  exceptions: Exceptions,
): (cell: SheetCell, row: number) => string {
  const write = WRITERS[type];
  let last: SheetCell = null;
  let known = '';
  return (cell, row) => {
    if (cell === null) return '';
    // Most texts are those of the row above.
    if (cell !== last) {
      known = write(cell, exceptions);
      last = cell;
    }
    return `<c r="${letters}${row}"${known}`;
  };
}

/** A text as the rest of a cell. It is never a formula, whatever it begins with. */
export function textCell(text: string, exceptions: Exceptions, style: number = STYLES.plain): string {
  let cut = text;
  if (text.length > MAX_TEXT) {
    exceptions.hasCutTexts = true;
    cut = `${text.slice(0, MAX_TEXT - 1).replace(/[\ud800-\udbff]$/, '')}…`;
  }
  const styled = style === STYLES.plain ? '' : ` s="${style}"`;
  return `${styled} t="inlineStr"><is><t xml:space="preserve">${xmlText(cut)}</t></is></c>`;
}

type Write = (cell: Exclude<SheetCell, null>, exceptions: Exceptions) => string;

const number: Write = (cell) => `><v>${cell}</v></c>`;

const WRITERS: Readonly<Record<CellType, Write>> = {
  text: (cell, exceptions) => textCell(String(cell), exceptions),
  whole: (cell, exceptions) => {
    if (Math.abs(cell as number) <= MAX_EXACT) return number(cell, exceptions);
    exceptions.hasLongNumbers = true;
    return textCell(String(cell), exceptions);
  },
  decimal: number,
  date: (cell, exceptions) => timeCell(cell as number, 10, STYLES.date, exceptions),
  instant: (cell, exceptions) => timeCell(cell as number, 19, STYLES.instant, exceptions),
  flag: (cell) => ` t="b"><v>${cell ? 1 : 0}</v></c>`,
};

/** @param letters the length of its text, if spreadsheets have no such date */
function timeCell(ms: number, letters: number, style: number, exceptions: Exceptions): string {
  if (ms < FIRST_DATE_MS) return textCell(new Date(ms).toISOString().slice(0, letters), exceptions);
  return ` s="${style}"><v>${(ms - EPOCH_MS) / DAY_MS}</v></c>`;
}

/** What no text of XML may have as it is, or what spreadsheets would read as something else. */
const SPECIAL = /[&<>\ufffe\uffff]|[^\P{Cc}\t\n]|\p{Cs}|_x/u;
const ESCAPED = /_(?=x[0-9A-Fa-f]{4}_)|[^\P{Cc}\t\n]|[\ufffe\uffff]/gu;
const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * A text as XML. What XML forbids is `_x0001_`, and a text that has such letters itself has `_x005F_` for the first
 * of them (ECMA-376, ST_Xstring). A half of a character becomes `�`.
 */
export function xmlText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  const escaped = text.replace(
    ESCAPED,
    (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
  return toUSVString(escaped).replace(/[&<>]/g, (letter) => MARKUP[letter] as string);
}

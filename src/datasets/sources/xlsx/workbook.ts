import { UnreadableFileError } from '../../../load/bad-row.ts';
import type { Package } from './package.ts';

/** The maximum number of characters of all shared texts, which are held in memory. */
const MAX_CHARACTERS = 64 * 2 ** 20;

/** The formats of dates and times that have numbers of their own. */
const DATE_FORMATS: readonly (readonly [first: number, last: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** What the cells of a workbook refer to. */
export interface Workbook {
  /** The parts of its sheets by their names, in their order. */
  readonly sheets: ReadonlyMap<string, string>;
  /** Whether days are counted from 1904. */
  readonly is1904: boolean;
  readonly texts: readonly string[];
  /** Whether a style shows a number as a date, by the style's place. */
  readonly isDate: readonly boolean[];
}

/** Reads all of a workbook but its sheets. @throws UnreadableFileError */
export async function readWorkbook(parts: Package, file: string): Promise<Workbook> {
  const targets = new Map<string, string>();
  await parts.readWhole('xl/_rels/workbook.xml.rels', {
    open: (name, attributes) => {
      if (name === 'Relationship') targets.set(attributes.get('Id') ?? '', attributes.get('Target') ?? '');
    },
  });
  const sheets = new Map<string, string>();
  let is1904 = false;
  await parts.readWhole('xl/workbook.xml', {
    open: (name, attributes) => {
      if (name === 'workbookPr') is1904 = /^(?:1|true)$/.test(attributes.get('date1904') ?? '');
      if (name !== 'sheet') return;
      const target = targets.get(attributes.get('id') ?? '') ?? '';
      const part = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      // Charts are sheets, too, and have no cells.
      if (part.includes('worksheets/')) sheets.set(attributes.get('name') ?? '', part);
    },
  });
  if (sheets.size === 0)
    throw new UnreadableFileError(file, "can't be read as Excel: it has no sheet with cells");
  return { sheets, is1904, texts: await readTexts(parts, file), isDate: await readStyles(parts) };
}

/** Reads the texts that cells share. Parts of one text may have fonts of their own; hints of pronunciation are left out. */
async function readTexts(parts: Package, file: string): Promise<string[]> {
  const texts: string[] = [];
  let text = '';
  let characters = 0;
  let isText = false;
  let isHint = false;
  await parts.readWhole('xl/sharedStrings.xml', {
    open: (name) => {
      if (name === 'si') text = '';
      isHint ||= name === 'rPh';
      isText = name === 't' && !isHint;
    },
    close: (name) => {
      if (name === 't') isText = false;
      if (name === 'rPh') isHint = false;
      if (name !== 'si') return;
      texts.push(text);
      characters += text.length;
      if (characters > MAX_CHARACTERS)
        throw new UnreadableFileError(
          file,
          `has more than ${MAX_CHARACTERS} characters of text: save it as CSV`,
        );
    },
    text: (piece) => {
      if (isText) text += piece;
    },
  });
  return texts;
}

async function readStyles(parts: Package): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const isDate: boolean[] = [];
  let isCells = false;
  await parts.readWhole('xl/styles.xml', {
    open: (name, attributes) => {
      const id = Number(attributes.get('numFmtId') ?? 0);
      if (name === 'numFmt') codes.set(id, attributes.get('formatCode') ?? '');
      if (name === 'cellXfs') isCells = true;
      if (name === 'xf' && isCells) {
        const code = codes.get(id);
        isDate.push(
          code === undefined
            ? DATE_FORMATS.some(([first, last]) => first <= id && id <= last)
            : showsDate(code),
        );
      }
    },
    close: (name) => {
      if (name === 'cellXfs') isCells = false;
    },
  });
  return isDate;
}

/** Whether a format shows a number as a date or time: `dd/mm/yyyy`, but not `0.00 "days"`. */
function showsDate(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  return /[dmyhs]/i.test(bare) && !/[0#?]/.test(bare.replace(/s+[.,]0+/gi, ''));
}

import { UnreadableFileError } from '../../../load/bad-row.ts';
import { exactNumber } from '../../../core/value/exact-number.ts';
import type { Package } from './package.ts';
import { dateOfSerial } from './serial-date.ts';
import type { Workbook } from './workbook.ts';

/** The value of a cell: a text, a number, or nothing. A date is a text with its year first. */
export type Cell = string | number | null;

/** A row of a sheet. */
export interface SheetRow {
  /** Its number in the sheet, from 1. */
  readonly number: number;
  /** By column, from 0. Cells after the last one with a value are left out. */
  readonly cells: readonly Cell[];
  /** The columns whose cells are texts with digits, as a program has written them: they look like numbers or dates. */
  readonly texts: readonly number[];
}

/** Cells that are one: only the first of them has a value. Rows count from 1, columns from 0. */
export interface Merged {
  readonly name: string;
  readonly rows: readonly [first: number, last: number];
  readonly columns: readonly [first: number, last: number];
}

/** The types of cells that are texts: of the shared ones, of its own, of a formula. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['s', 'inlineStr', 'str']);
/** The maximum number of characters of a row. */
const MAX_ROW_CHARACTERS = 2 ** 20;
/** The maximum number of merged cells that are kept. */
const MAX_MERGED = 1000;

/**
 * Yields the rows of a sheet that have a value, in batches.
 * @param onMerged receives merged cells, after all rows
 * @throws UnreadableFileError
 */
export async function* sheetRows(
  parts: Package,
  part: string,
  { texts, is1904, isDate }: Workbook,
  file: string,
  onMerged: (merged: Merged) => void,
): AsyncGenerator<readonly SheetRow[]> {
  let batch: SheetRow[] = [];
  let number = 0;
  let cells: Cell[] = [];
  let digitTexts: number[] = [];
  let characters = 0;
  let column = -1;
  let type = 'n';
  let style = 0;
  let text = '';
  let isText = false;
  let isHint = false;
  let formula: string | undefined;
  let isFormula = false;
  let merged = 0;

  const value = (): Cell => {
    if (text === '') return formula === undefined ? null : `=${formula}`;
    switch (type) {
      case 's':
        return texts[Number(text)] ?? null;
      case 'b':
        return text === '1' ? 'true' : 'false';
      case 'n': {
        const exact = Number(text);
        // Programs write all digits of a double, or fifteen of them.
        if (isDate[style]) return dateOfSerial(exact, is1904) ?? text;
        return exactNumber(text) ?? (Number.isFinite(exact) ? exact : text);
      }
      default:
        return text;
    }
  };
  const handlers = {
    open: (name: string, attributes: ReadonlyMap<string, string>): void => {
      if (name === 'row') {
        number = Number(attributes.get('r') ?? number + 1);
        cells = [];
        digitTexts = [];
        characters = 0;
        column = -1;
      } else if (name === 'c') {
        column = columnOf(attributes.get('r')) ?? column + 1;
        type = attributes.get('t') ?? 'n';
        style = Number(attributes.get('s') ?? 0);
        text = '';
        formula = undefined;
      } else if (name === 'f') {
        isFormula = true;
        formula = '';
      } else if (name === 'mergeCell' && merged++ < MAX_MERGED) {
        const cell = mergedOf(attributes.get('ref') ?? '');
        if (cell) onMerged(cell);
      }
      isHint ||= name === 'rPh';
      isText = (name === 'v' || name === 't') && !isHint;
    },
    close: (name: string): void => {
      if (name === 'v' || name === 't') isText = false;
      else if (name === 'f') isFormula = false;
      else if (name === 'rPh') isHint = false;
      else if (name === 'c') {
        const cell = value();
        if (cell === null) return;
        characters += String(cell).length;
        if (characters > MAX_ROW_CHARACTERS)
          throw new UnreadableFileError(file, `row ${number} has more than ${MAX_ROW_CHARACTERS} characters`);
        while (cells.length < column) cells.push(null);
        cells[column] = cell;
        if (TEXT_TYPES.has(type) && /\d/.test(String(cell))) digitTexts.push(column);
      } else if (name === 'row' && cells.length > 0) batch.push({ number, cells, texts: digitTexts });
    },
    text: (piece: string): void => {
      if (isText) text += piece;
      else if (isFormula) formula += piece;
    },
  };
  const pieces = parts.read(part, handlers, true);
  try {
    while (!(await pieces.next()).done) {
      if (batch.length === 0) continue;
      yield batch;
      batch = [];
    }
  } finally {
    await pieces.return(undefined);
  }
}

/** Returns the column of a cell's name, from 0: `C7` is 2. */
function columnOf(name: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(name ?? '')?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function mergedOf(name: string): Merged | undefined {
  const match = /^([A-Z]+)(\d+):([A-Z]+)(\d+)$/.exec(name);
  if (!match) return undefined;
  const [, left = '', top, right = '', bottom] = match;
  return {
    name,
    rows: [Number(top), Number(bottom)],
    columns: [columnOf(`${left}1`) ?? 0, columnOf(`${right}1`) ?? 0],
  };
}

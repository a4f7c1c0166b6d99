import { finished, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { ZipFile } from 'yazl';
import { sheetForm } from '../sheet-form.ts';
import type { CellType, Sheet, SheetRows } from '../sheet.ts';
import { cellWriter, columnLetters, STYLES, type Exceptions } from './cells.ts';
import { RowCursor } from './row-cursor.ts';
import { aboutXml, headingRow, workbookParts, worksheetXml } from './parts.ts';

/** The maximum number of rows of a worksheet, without its headings. What is beyond is on further ones. */
const MAX_ROWS = 1_048_575;

/** A workbook for Excel and LibreOffice: the rows, then a sheet about them. Texts are never formulas. */
export const xlsx = sheetForm(
  {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    suffix: '.xlsx',
    label: 'Excel',
    maxRows: 2 * MAX_ROWS,
    doc: 'a workbook for Excel and LibreOffice: dates are dates, with source and licence on a second sheet',
  },
  (sheet, rows) => writeWorkbook(sheet, rows),
);

/** The widths of columns, in letters. */
const WIDTHS: Readonly<Record<CellType, number>> = {
  text: 24,
  whole: 14,
  decimal: 14,
  date: 12,
  instant: 18,
  flag: 12,
};

/** The time of all parts: a workbook of the same rows has the same bytes. */
const MTIME = new Date(Date.UTC(2000, 0, 1));
/** The third level of deflate takes a third of the time of the default, and a tenth more room. */
const PACKED = { mtime: MTIME, compressionLevel: 3 };

const ended = promisify(finished);

/** Writes a workbook. @param maxRows the maximum number of rows of a worksheet */
export async function* writeWorkbook(
  sheet: Sheet,
  rows: AsyncIterable<SheetRows> | Iterable<SheetRows>,
  maxRows = MAX_ROWS,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const out = zip.outputStream as Readable;
  const cursor = new RowCursor(rows);
  const fail = (error: unknown): void => void out.destroy(error as Error);
  zip.on('error', fail);
  let open: Readable | undefined;
  const fill = async (): Promise<void> => {
    const exceptions: Exceptions = { hasLongNumbers: false, hasCutTexts: false };
    const names: string[] = [];
    do {
      names.push(names.length === 0 ? 'Data' : `Data ${names.length + 1}`);
      open = Readable.from(worksheet(sheet, cursor, maxRows, exceptions), { highWaterMark: 1 });
      zip.addReadStream(open, `xl/worksheets/sheet${names.length}.xml`, PACKED);
      await ended(open);
    } while (await cursor.hasMore());
    const add = (path: string, text: string): void => zip.addBuffer(Buffer.from(text), path, PACKED);
    names.push('About');
    add(`xl/worksheets/sheet${names.length}.xml`, aboutXml(sheet, exceptions));
    for (const [path, text] of Object.entries(workbookParts(sheet, names))) add(path, text);
    zip.end();
  };
  fill().catch(fail);
  try {
    yield* out as AsyncIterable<Uint8Array>;
  } finally {
    // A reader who leaves ends the rows.
    open?.destroy();
    out.destroy();
    await cursor.end();
  }
}

async function* worksheet(
  sheet: Sheet,
  cursor: RowCursor,
  maxRows: number,
  exceptions: Exceptions,
): AsyncGenerator<Buffer> {
  const writers = sheet.columns.map((column, c) => cellWriter(column, columnLetters(c), exceptions));
  const widths = sheet.columns.map(({ type }) => WIDTHS[type]);
  yield Buffer.from(worksheetXml.head(widths) + headingRow(sheet, STYLES.heading, exceptions));
  for (let written = 0; written < maxRows;) {
    const some = await cursor.next(Math.min(maxRows - written, SLICE_ROWS));
    if (!some) break;
    let text = '';
    for (let i = some.from; i < some.to; i++) {
      const row = 2 + written++;
      text += `<row r="${row}">`;
      for (let c = 0; c < writers.length; c++) text += writers[c]!(some.columns[c]![i]!, row);
      text += '</row>';
    }
    yield Buffer.from(text);
  }
  yield Buffer.from(worksheetXml.end);
}

/** How many rows are written in one turn: a few ms, so that others are answered in between. */
const SLICE_ROWS = 2048;

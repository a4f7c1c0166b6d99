import type { Rows } from '../../../core/metric/table.ts';
import { BadRowError, excerptOf, UnreadableFileError } from '../../../load/bad-row.ts';
import { digestOfFile, unchanged } from '../file-digest.ts';
import type { RecordSink, RowSource } from '../row-source.ts';
import { rowsOfRecords } from '../typed-records.ts';
import { unsaidHeader } from '../unsaid.ts';
import { Package } from './package.ts';
import { type Cell, type Merged, sheetRows, type SheetRow } from './sheet-rows.ts';
import { TextCells } from './text-cells.ts';
import { readWorkbook, type Workbook } from './workbook.ts';

/** So many rows are looked at to find the header. */
const HEAD_ROWS = 200;

/** What an owner says about an Excel file. */
export interface XlsxForm {
  readonly sheet: string | undefined;
  readonly header: number | readonly string[] | undefined;
}

/** One sheet of an Excel file (.xlsx). It is read in pieces. */
export class XlsxFile implements RowSource {
  readonly unit = 'row';
  readonly hasTypes = false;
  readonly label: string;
  readonly #form: XlsxForm;

  constructor(path: string, form: XlsxForm) {
    this.label = path;
    this.#form = form;
  }

  async columns(): Promise<readonly string[]> {
    const { header } = this.#form;
    const rows = await this.#head();
    const unsaid = header === undefined ? unsaidHeader(recordsOf(rows), 'row') : undefined;
    if (unsaid) throw new UnreadableFileError(this.label, unsaid.message);
    if (typeof header === 'object') return header;
    const first = rows.find(({ number }) => number >= (header ?? 1));
    if (!first) throw new UnreadableFileError(this.label, 'has no header');
    return namesIn(first);
  }

  /** Returns what should be said about the file, so that its first sheet can be read. @throws UnreadableFileError */
  async recognise(): Promise<{ sheet?: string; header?: number | readonly string[] }> {
    const parts = await Package.open(this.label);
    try {
      const [sheet = '', ...others] = (await readWorkbook(parts, this.label)).sheets.keys();
      const named = others.length > 0 ? { sheet } : {};
      const file = new XlsxFile(this.label, { sheet, header: undefined });
      const { header } = unsaidHeader(recordsOf(await file.#head()), 'row')?.members ?? {};
      return { ...named, ...(header === undefined ? {} : { header }) };
    } finally {
      parts.close();
    }
  }

  /** Reads the first rows. */
  async #head(): Promise<readonly SheetRow[]> {
    const rows: SheetRow[] = [];
    const parts = await Package.open(this.label);
    try {
      const workbook = await readWorkbook(parts, this.label);
      const part = this.#partOf(workbook);
      for await (const batch of sheetRows(parts, part, workbook, this.label, () => undefined)) {
        rows.push(...batch);
        if (rows.length >= HEAD_ROWS) break;
      }
    } finally {
      parts.close();
    }
    return rows.slice(0, HEAD_ROWS);
  }

  digest(signal: AbortSignal): Promise<string> {
    return digestOfFile(this.label, signal);
  }

  rows(sink: RecordSink, signal: AbortSignal): AsyncIterable<Rows> {
    return unchanged(this.label, this.#rows(sink, signal));
  }

  async *#rows(sink: RecordSink, signal: AbortSignal): AsyncGenerator<Rows> {
    const parts = await Package.open(this.label);
    try {
      const workbook = await readWorkbook(parts, this.label);
      const merged: Merged[] = [];
      const sheet = this.#partOf(workbook);
      const batches = sheetRows(parts, sheet, workbook, this.label, (one) => merged.push(one));
      let header = typeof this.#form.header === 'object' ? this.#form.header : undefined;
      let headerRow = 0;
      let places: number[] = [];
      let texts: TextCells | undefined;
      // The numbers of the rows that were given and not yet read.
      const numbers: number[] = [];
      const { label } = this;
      const { header: said } = this.#form;
      async function* read(names: readonly string[]): AsyncGenerator<Cell[][]> {
        for await (const batch of batches) {
          signal.throwIfAborted();
          const records: Cell[][] = [];
          for (const row of batch) {
            if (typeof said === 'number' && row.number < said) continue;
            if (!header) {
              header = namesIn(row);
              headerRow = row.number;
              continue;
            }
            if (places.length === 0)
              places = names.map((name) => (header as readonly string[]).indexOf(name));
            texts ??= new TextCells(names, places);
            texts.add(row);
            records.push(places.map((place) => row.cells[place] ?? null));
            numbers.push(row.number);
          }
          numbers.reverse();
          yield records;
        }
      }
      yield* rowsOfRecords(sink, label, read, () => numbers.pop() as number);
      sink.onTexts?.(texts?.all ?? []);
      for (const { name, rows, columns } of merged) {
        const isRead = places.some((place) => columns[0] <= place && place <= columns[1]);
        if (!isRead || rows[1] <= headerRow) continue;
        const reason = `has the merged cells ${name}, of which only the first has a value: unmerge them, and fill each`;
        const likeness = { kind: 'merged', shown: excerptOf(name) };
        sink.onBad(
          new BadRowError({ file: label, unit: 'item', number: rows[0] }, undefined, reason, likeness),
        );
      }
    } finally {
      parts.close();
    }
  }

  /** @throws UnreadableFileError if it is unclear which sheet is meant */
  #partOf({ sheets }: Workbook): string {
    const { sheet } = this.#form;
    const [only, ...others] = sheets.values();
    const part = sheet === undefined ? (others.length === 0 ? only : undefined) : sheets.get(sheet);
    if (part !== undefined) return part;
    const names = [...sheets.keys()].map((name) => JSON.stringify(name)).join(', ');
    const why = sheet === undefined ? `has ${sheets.size} sheets` : `has no sheet ${JSON.stringify(sheet)}`;
    throw new UnreadableFileError(this.label, `${why}: write sheet: and the name of one of ${names}`);
  }
}

function namesIn({ cells }: SheetRow): string[] {
  return cells.map((cell) => String(cell ?? '').trim());
}

function recordsOf(rows: readonly SheetRow[]): { line: number; fields: string[] }[] {
  return rows.map(({ number, cells }) => ({ line: number, fields: cells.map((cell) => String(cell ?? '')) }));
}

/** Returns what should be said about an Excel file, so that its first sheet can be read. @throws UnreadableFileError */
export function recognisedSheet(
  path: string,
): Promise<{ sheet?: string; header?: number | readonly string[] }> {
  return new XlsxFile(path, { sheet: undefined, header: undefined }).recognise();
}

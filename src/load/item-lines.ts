import { isAscii } from 'node:buffer';
import { mayLoseNumbers, parseJson } from '../core/value/exact-json.ts';
import type { LineForm } from './line-form.ts';
import { BadRowError, FieldError } from './bad-row.ts';
import { checkSeparator, CsvRecords, separatorInWords, separatorOf } from './csv-records.ts';
import { columnsRead } from './columns-read.ts';
import type { ItemReader } from './item-reader.ts';
import { asItem, type Item } from './values.ts';
import { named } from '../core/value/named.ts';

/** Turns the lines of a file into items. */
export interface ItemLines {
  /** The number of lines of the last item. */
  readonly spanned: number;
  /** Receives the lines that come next as one text, so that checks of all of them run once. */
  begin?(lines: string): void;
  /** Returns the form of a line that was parsed; undefined if other lines can't be read by it, or by any form. */
  formOf?(line: string): LineForm | undefined;
  /** Whether an item has begun on the last line and goes on. */
  readonly isOpen?: boolean;
  /** Whether the last item has no numbers, which means that they are unknown. */
  readonly isGap?: boolean;
  /** Parses a line. @param number the line's, from 1. @returns undefined if no item ends with it. @throws FieldError */
  parse(line: string, number: number): Item | undefined;
  /** @throws BadRowError when the file ends inside an item */
  end?(): void;
}

/** A member of an object: its name, and its value, a text without escapes or a number. */
const JSON_MEMBER = /("([^"\\]*)"\s*:\s*)(?:"([^"\\]*)"|-?[\d.eE+-]+)/g;
/** What stands for other characters in a JSON text, or must not be in it. */
const JSON_SPECIAL = /\\|[^ -\uffff]/;
const CSV_SPECIAL: Readonly<Record<string, RegExp>> = { ',': /[,"\r\n]/, '\t': /[\t"\r\n]/ };

/** Reads one JSON object per line, and skips blank lines. */
export class JsonLines implements ItemLines {
  readonly spanned = 1;
  #lines = '';
  #parse: ((text: string) => unknown) | undefined = parseJson;

  begin(lines: string): void {
    this.#lines = lines;
    this.#parse = undefined;
  }

  formOf(line: string): LineForm | undefined {
    const fields: string[] = [];
    const between: string[] = [];
    const isQuoted: boolean[] = [];
    let before = '';
    let at = 0;
    for (const { 0: member, 1: key, 2: name, 3: text, index } of line.matchAll(JSON_MEMBER)) {
      // A field of a text stands between quotes, which aren't a part of it.
      const quote = text === undefined ? '' : '"';
      fields.push(name as string);
      between.push(before + line.slice(at, index) + (key as string) + quote);
      before = quote;
      isQuoted.push(quote !== '');
      at = index + member.length;
    }
    between.push(`${before}${line.slice(at)}\n`);
    // What is left between the members must be nothing but commas, or there is a member of another kind.
    const isWhole = between.every((part, i) =>
      (i === 0 ? /^\{\s*"/ : i < fields.length ? /^"?\s*,\s*"/ : /^"?\s*\}\s*$/).test(part),
    );
    if (!isWhole || !isAscii(Buffer.from(between.join(''))) || new Set(fields).size < fields.length)
      return undefined;
    return { fields, between, special: JSON_SPECIAL, isQuoted };
  }

  parse(line: string): Item | undefined {
    let value: unknown;
    try {
      this.#parse ??= mayLoseNumbers(this.#lines) ? parseJson : JSON.parse;
      value = this.#parse(line);
    } catch (cause) {
      if (line.trim() === '') return undefined;
      throw new FieldError(undefined, `is not a JSON object: ${(cause as Error).message}`);
    }
    return asItem(value);
  }
}

/** How a file of separated fields is written, as far as somebody said it. */
export interface CsvForm {
  /** The character between the fields. The default is a tab if the first line has one, or else a comma. */
  readonly separator?: string;
  /** The line of the header, from 1, or the names of the columns of a file without one. */
  readonly header?: number | readonly string[];
  /** Lines that begin with this text are skipped. */
  readonly comment?: string;
  /** Whether records whose fields are all empty are skipped like blank lines, as spreadsheets write them. */
  readonly skipsEmpty?: boolean;
}

/** Reads CSV records under a header, or TSV if the header has tabs. */
export class CsvItems implements ItemLines {
  readonly #items: ItemReader;
  readonly #metric: string;
  readonly #file: string;
  readonly #form: CsvForm;
  /** The number of the last line. */
  #line = 0;
  isGap = false;
  #records: CsvRecords | undefined;
  #header: readonly string[] | undefined;
  /** The first field of the header, as written. */
  #first: string | undefined;
  /** The columns that are read: the place and the name of each. */
  #read: readonly (readonly [place: number, name: string])[] = [];

  constructor(items: ItemReader, metric: string, file: string, form: CsvForm = {}) {
    this.#items = items;
    this.#metric = metric;
    this.#file = file;
    this.#form = form;
  }

  get isOpen(): boolean {
    return this.#records?.unfinished ?? false;
  }

  formOf(line: string): LineForm | undefined {
    const { separator } = this.#records ?? {};
    const header = this.#header ?? [];
    const special = separator === undefined ? undefined : CSV_SPECIAL[separator];
    if (!special || this.#form.comment !== undefined || this.#read.length < header.length) return undefined;
    const end = line.endsWith('\r') ? '\r\n' : '\n';
    const between = ['', ...header.slice(1).map(() => separator as string), end];
    return { fields: header, between, special };
  }

  get spanned(): number {
    return this.#records?.spanned ?? 1;
  }

  parse(line: string, number: number): Item | undefined {
    this.#line = number;
    const { separator, header, comment, skipsEmpty } = this.#form;
    if (!this.isOpen) {
      if (comment !== undefined && line.startsWith(comment)) return undefined;
      if (typeof header === 'number' && number < header) return undefined;
    }
    this.#records ??= new CsvRecords(separator ?? separatorOf(line));
    if (!this.#header && typeof header === 'object') this.#read = this.#columnsRead((this.#header = header));
    const fields = this.#records.push(line);
    if (!fields || (skipsEmpty && fields.every((field) => field === ''))) return undefined;
    if (!this.#header) {
      if (separator === undefined) checkSeparator(fields);
      this.#header = fields.map((name) => name.trim());
      this.#first = fields[0];
      this.#read = this.#columnsRead(this.#header);
      return undefined;
    }
    if (fields[0] === this.#first && fields.every((field, i) => field.trim() === this.#header?.[i]))
      throw new FieldError(undefined, 'is the header again, as when files were joined: leave it out');
    if (fields.length !== this.#header.length) {
      throw new FieldError(
        undefined,
        `has ${fields.length} fields but the header has ${this.#header.length}: a field with a ${separatorInWords(this.#records.separator)} in it needs quotes`,
      );
    }
    const item = named<unknown>();
    for (const [place, name] of this.#read) item[name] = fields[place] === '' ? null : fields[place];
    // A line without any number is a gap, as written by `fill=null`: the values are unknown.
    const { numbers } = this.#items.columns;
    this.isGap = numbers?.every((name) => (item[name] ?? null) === null) ?? false;
    return item;
  }

  /** @throws BadRowError when the file ends inside a quoted field */
  end(): void {
    if (this.#records?.unfinished) throw this.#badRow(undefined, 'has a quote that is never closed');
  }

  #badRow(field: string | undefined, reason: string): BadRowError {
    const number = this.#line - this.spanned + 1;
    return new BadRowError({ file: this.#file, unit: 'line', number }, field, reason);
  }

  /** @throws BadRowError for a header that doesn't fit */
  #columnsRead(header: readonly string[]): [number, string][] {
    return columnsRead(this.#items.columns, this.#metric, header, (field, reason) => {
      throw this.#badRow(field, reason);
    });
  }
}

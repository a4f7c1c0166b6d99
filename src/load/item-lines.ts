import { mayLoseNumbers, parseJson } from '../core/value/exact-json.ts';
import { nearest } from '../core/value/nearest.ts';
import { BadRowError, FieldError } from './bad-row.ts';
import { checkSeparator, CsvRecords, separatorOf } from './csv-records.ts';
import type { ItemReader } from './item-reader.ts';
import { asItem, type Item } from './values.ts';
import { named } from '../core/value/named.ts';

/** Turns the lines of a file into items. */
export interface ItemLines {
  /** The number of lines of the last item. */
  readonly spanned: number;
  /** Receives the lines that come next as one text, so that checks of all of them run once. */
  begin?(lines: string): void;
  /** Whether the last item has no numbers, which means that they are unknown. */
  readonly isGap?: boolean;
  /** Parses a line. @returns undefined if no item ends with it. @throws FieldError */
  parse(line: string): Item | undefined;
  /** @throws BadRowError when the file ends inside an item */
  end?(): void;
}

/** Reads one JSON object per line, and skips blank lines. */
export class JsonLines implements ItemLines {
  readonly spanned = 1;
  #parse: (text: string) => unknown = parseJson;

  begin(lines: string): void {
    this.#parse = mayLoseNumbers(lines) ? parseJson : JSON.parse;
  }

  parse(line: string): Item | undefined {
    let value: unknown;
    try {
      value = this.#parse(line);
    } catch (cause) {
      if (line.trim() === '') return undefined;
      throw new FieldError(undefined, `is not a JSON object: ${(cause as Error).message}`);
    }
    return asItem(value);
  }
}

/** Reads CSV records under a header, or TSV if the header has tabs. */
export class CsvItems implements ItemLines {
  readonly #items: ItemReader;
  readonly #metric: string;
  readonly #file: string;
  #lines = 0;
  isGap = false;
  #records: CsvRecords | undefined;
  #header: readonly string[] | undefined;
  /** The first field of the header, as written. */
  #first: string | undefined;
  /** The columns that are read: the place and the name of each. */
  #read: readonly (readonly [place: number, name: string])[] = [];

  constructor(items: ItemReader, metric: string, file: string) {
    this.#items = items;
    this.#metric = metric;
    this.#file = file;
  }

  get spanned(): number {
    return this.#records?.spanned ?? 1;
  }

  parse(line: string): Item | undefined {
    this.#lines++;
    this.#records ??= new CsvRecords(separatorOf(line));
    const fields = this.#records.push(line);
    if (!fields) return undefined;
    if (!this.#header) {
      checkSeparator(fields);
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
        `has ${fields.length} fields but the header has ${this.#header.length}: a field with a ${this.#records.separator === ',' ? 'comma' : 'tab'} in it needs quotes`,
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
    const number = this.#lines - this.spanned + 1;
    return new BadRowError({ file: this.#file, unit: 'line', number }, field, reason);
  }

  /**
   * Returns the columns of a header that are read. A column without a name is skipped: R and pandas write row
   * numbers like this.
   * @throws BadRowError for a header that doesn't fit. It can't be skipped as a bad row, because no row would
   *   fit, either
   */
  #columnsRead(header: readonly string[]): [number, string][] {
    const { required, allowed } = this.#items.columns;
    const refuse = (field: string | undefined, reason: string): never => {
      throw this.#badRow(field, reason);
    };
    const read = [...header.entries()].filter(([, name]) =>
      allowed ? name !== '' : required.includes(name),
    );
    for (const [place, name] of read) {
      if (allowed && !allowed.has(name)) {
        const near = nearest(name.toLowerCase(), allowed);
        const hint = near ? `: did you mean ${near}?` : '';
        refuse(name, `is not a column of ${this.#metric}, which has ${[...allowed].join(', ')}${hint}`);
      }
      if (header.indexOf(name) !== place) refuse(name, 'is there twice in the header');
    }
    for (const name of required) if (!header.includes(name)) refuse(name, 'is missing in the header');
    return read;
  }
}

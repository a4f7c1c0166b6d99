import { mayLoseNumbers, parseJson } from '../core/value/exact-json.ts';
import { nearest } from '../core/value/nearest.ts';
import { BadRowError, FieldError } from './bad-row.ts';
import { checkSeparator, CsvRecords, separatorOf } from './csv-records.ts';
import type { ItemReader } from './item-reader.ts';
import { asItem, type Item } from './values.ts';
import { named } from '../core/value/named.ts';

/** Turns the lines of a file into items. */
export interface ItemLines {
  /** How many lines the last item spanned. */
  readonly spanned: number;
  /** Told of the lines that come next, together: what can be known of all of them is found out once. */
  begin?(lines: string): void;
  /** Whether the last item has none of its numbers: nothing was known then. */
  readonly isGap?: boolean;
  /** @returns undefined where no item ends with this line. @throws FieldError */
  parse(line: string): Item | undefined;
  /** @throws BadRowError when the file ends inside an item */
  end?(): void;
}

/** One JSON object a line; blank lines are nothing. */
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

/** CSV records under a header; with tabs where the header has any. */
export class CsvItems implements ItemLines {
  readonly #items: ItemReader;
  readonly #metric: string;
  readonly #file: string;
  #lines = 0;
  isGap = false;
  #records: CsvRecords | undefined;
  #header: readonly string[] | undefined;
  /** The first field of the header, as it was written. */
  #first: string | undefined;
  /** The columns that are read: where each is, and its name. */
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
      throw new FieldError(undefined, 'is the header again, as where files were joined: leave it out');
    if (fields.length !== this.#header.length) {
      throw new FieldError(
        undefined,
        `has ${fields.length} fields where the header has ${this.#header.length}: one with a ${this.#records.separator === ',' ? 'comma' : 'tab'} in it needs quotes`,
      );
    }
    const item = named<unknown>();
    for (const [place, name] of this.#read) item[name] = fields[place] === '' ? null : fields[place];
    // A line without any number is a gap, as `fill=null` writes it: nothing was known then.
    const { numbers } = this.#items.columns;
    this.isGap = numbers?.every((name) => (item[name] ?? null) === null) ?? false;
    return item;
  }

  /** @throws BadRowError when the file ends inside a quoted field */
  end(): void {
    if (this.#records?.unfinished) throw this.#badRow(undefined, 'has a quote that is not closed');
  }

  #badRow(field: string | undefined, reason: string): BadRowError {
    const number = this.#lines - this.spanned + 1;
    return new BadRowError({ file: this.#file, unit: 'line', number }, field, reason);
  }

  /**
   * Those of a header that are read; one without a name is none (R and pandas write row numbers so).
   * @throws BadRowError: a header that doesn't fit means that no row will, so it is never one of the bad rows to be skipped
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
        refuse(name, `is no column of ${this.#metric}, whose columns are ${[...allowed].join(', ')}${hint}`);
      }
      if (header.indexOf(name) !== place) refuse(name, 'is a column twice');
    }
    for (const name of required) if (!header.includes(name)) refuse(name, 'is missing in the header');
    return read;
  }
}

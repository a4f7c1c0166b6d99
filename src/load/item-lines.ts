import { BadRowError, FieldError } from './bad-row.ts';
import { CsvRecords } from './csv-records.ts';
import type { ItemReader } from './item-reader.ts';
import { asItem, type Item } from './values.ts';

/** Turns the lines of a file into items. */
export interface ItemLines {
  /** How many lines the last item spanned. */
  readonly spanned: number;
  /** Whether the last item has none of its numbers: nothing was known then. */
  readonly isGap?: boolean;
  /** @returns undefined where no item ends with this line. @throws FieldError */
  parse(line: string): Item | undefined;
  /** @throws BadRowError when the file ends inside an item */
  end?(): void;
}

/** One JSON object a line; blank lines are nothing. */
export const JSON_LINES: ItemLines = {
  spanned: 1,
  parse(line) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      if (line.trim() === '') return undefined;
      throw new FieldError(undefined, `is not a JSON object: ${(cause as Error).message}`);
    }
    return asItem(value);
  },
};

/** CSV records under a header; with tabs where the header has any. */
export class CsvItems implements ItemLines {
  readonly #items: ItemReader;
  readonly #metric: string;
  readonly #file: string;
  #lines = 0;
  isGap = false;
  #records: CsvRecords | undefined;
  #header: readonly string[] | undefined;

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
    this.#records ??= new CsvRecords(line.includes('\t') ? '\t' : ',');
    const fields = this.#records.push(line);
    if (!fields) return undefined;
    if (!this.#header) {
      this.#header = fields.map((name) => name.trim());
      this.#checkHeader(this.#header);
      return undefined;
    }
    if (fields.length !== this.#header.length) {
      throw new FieldError(
        undefined,
        `has ${fields.length} fields where the header has ${this.#header.length}`,
      );
    }
    const item: Record<string, unknown> = {};
    for (let i = 0; i < fields.length; i++)
      item[this.#header[i] as string] = fields[i] === '' ? null : fields[i];
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

  /** A header that doesn't fit means that no row will: it is never one of the bad rows to be skipped. */
  #checkHeader(header: readonly string[]): void {
    const { required, allowed } = this.#items.columns;
    const refuse = (field: string, reason: string): never => {
      throw this.#badRow(field, reason);
    };
    for (const name of header) {
      if (!allowed.has(name)) {
        refuse(name, `is no column of ${this.#metric}, whose columns are ${[...allowed].join(', ')}`);
      }
      if (header.filter((other) => other === name).length > 1) refuse(name, 'is a column twice');
    }
    for (const name of required) if (!header.includes(name)) refuse(name, 'is missing in the header');
  }
}

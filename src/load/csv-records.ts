import { FieldError } from './bad-row.ts';

/** The maximum length of a record. Without it, a quote opened by mistake would swallow the rest of the file. */
const MAX_RECORD_CHARACTERS = 2 ** 20;

/** Returns the separator of a file's fields, judging by its first line. */
export function separatorOf(line: string): ',' | '\t' {
  return line.includes('\t') ? '\t' : ',';
}

/** Returns the message for a line whose fields are separated by something else. */
function otherSeparator(separator: string): string {
  return `is separated by ${separator}: put commas or tabs between the fields, and quotes around fields with commas in them`;
}

/** @throws FieldError for a header that is separated by something other than commas or tabs */
export function checkSeparator(header: readonly string[]): void {
  const parts = (separator: string): number => header.join().split(separator).length;
  const other = OTHERS.find((one) => header[0]?.includes(one) && parts(one) > header.length);
  if (other) throw new FieldError(undefined, otherSeparator(other));
}

const OTHERS = [';', '|'];

/** Names a separator in messages: `comma`. */
export function separatorInWords(separator: string): string {
  return NAMES[separator] ?? JSON.stringify(separator);
}

const NAMES: Readonly<Record<string, string>> = {
  ',': 'comma',
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'vertical bar',
  ':': 'colon',
  '~': 'tilde',
  ' ': 'blank',
};

/** Splits RFC 4180 records, given line by line. Quoted fields may hold separators, quotes and line ends. */
export class CsvRecords {
  readonly separator: string;
  /** The lines of a record whose quote is still open. */
  #open: string[] = [];
  #openCharacters = 0;
  /** The number of lines of the last record, or of the open one so far. */
  spanned = 0;

  constructor(separator: string) {
    this.separator = separator;
  }

  /** Whether a record has begun and not ended. */
  get unfinished(): boolean {
    return this.#open.length > 0;
  }

  /**
   * Adds a line.
   * @param line without its line feed
   * @returns the fields of the record that ends with it; undefined when the record continues or the line is
   * blank
   * @throws FieldError for misplaced quotes; the next line starts a new record
   */
  push(line: string): string[] | undefined {
    this.spanned = this.#open.length + 1;
    if (!line.includes('"') && this.#open.length === 0) {
      const record = line.endsWith('\r') ? line.slice(0, -1) : line;
      return record === '' ? undefined : record.split(this.separator);
    }
    const closes = quotesIn(line) % 2 === (this.#open.length > 0 ? 1 : 0);
    this.#open.push(line);
    this.#openCharacters += line.length;
    if (!closes && this.#openCharacters <= MAX_RECORD_CHARACTERS) return undefined;
    const record = this.#open.join('\n');
    this.#open = [];
    this.#openCharacters = 0;
    if (!closes) throw new FieldError(undefined, 'has a quote that is never closed');
    return this.#splitQuoted(record.endsWith('\r') ? record.slice(0, -1) : record);
  }

  #splitQuoted(record: string): string[] {
    const fields: string[] = [];
    for (let at = 0; at <= record.length;) {
      let field: string;
      let end: number;
      if (record[at] === '"') {
        end = at + 1;
        while (end < record.length && (record[end] !== '"' || record[end + 1] === '"'))
          end += record[end] === '"' ? 2 : 1;
        field = record.slice(at + 1, end).replaceAll('""', '"');
        end++;
        if (end < record.length && record[end] !== this.separator)
          throw new FieldError(
            undefined,
            [',', '\t'].includes(this.separator) && OTHERS.includes(record[end] as string)
              ? otherSeparator(record[end] as string)
              : 'has text after a closing quote',
          );
      } else {
        const next = record.indexOf(this.separator, at);
        end = next < 0 ? record.length : next;
        field = record.slice(at, end);
        if (field.includes('"'))
          throw new FieldError(undefined, 'has a quote inside a field that is not quoted');
      }
      fields.push(field);
      at = end + 1;
    }
    return fields;
  }
}

function quotesIn(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes;
}

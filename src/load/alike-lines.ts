import { FieldError } from './bad-row.ts';
import type { ItemReader } from './item-reader.ts';
import type { AlikeRow, LineForm } from './line-form.ts';
import type { RowsBuilder } from './rows-builder.ts';

/** Counts with up to this many digits are exact. */
const MAX_DIGITS = 15;
const ZERO = 0x30;
/** A text that has been the same for so many lines is expected in the next one. */
const STEADY = 8;
/** Stands in no text of a line. */
const NONE = '\n';

/**
 * Reads lines of which most have the same fields in the same order, and many values in common with the line before. It
 * compares with that line rather than to parse, which takes a third of the time. What it can't read is left to the
 * reader of any line, which also tells what is wrong.
 */
export class AlikeLines {
  readonly form: LineForm;
  readonly #row: AlikeRow;
  /** The texts of the line before, as they stand there. */
  readonly #texts: string[];
  readonly #counts: number[];
  /** For how many lines each text has been the same, up to `STEADY`. */
  readonly #same: number[];
  /** What stands before each field, with the steady texts that follow and what stands after them. */
  readonly #stretches: string[] = [];
  /** Which field follows each stretch. */
  readonly #next: number[] = [];
  #isStale = false;

  constructor(form: LineForm, row: AlikeRow) {
    this.form = form;
    this.#row = row;
    this.#texts = form.fields.map(() => NONE);
    this.#counts = form.fields.map(() => 0);
    this.#same = form.fields.map(() => 0);
    this.#join();
  }

  /**
   * Appends the row of a line.
   * @param lines bytes of UTF-8, each as one character
   * @returns where the next line begins; -1 if this line must be read in another way, and nothing was appended
   */
  append(lines: string, start: number, rows: RowsBuilder): number {
    const { between, fields } = this.form;
    // Also after a line that was given up, whose texts the row may have.
    if (this.#isStale) this.#join();
    let at = start;
    for (let i = 0; ; i++) {
      const stretch = this.#stretches[i] as string;
      if (lines.startsWith(stretch, at)) {
        at += stretch.length;
        i = this.#next[i] as number;
      } else {
        const before = between[i] as string;
        if (stretch === before || !lines.startsWith(before, at)) return -1;
        at += before.length;
      }
      if (i === fields.length) break;
      at = this.#row.isCount[i] ? this.#readCount(i, lines, at) : this.#readText(i, lines, at);
      if (at < 0) return -1;
    }
    try {
      this.#row.append(this.#counts, rows);
    } catch (error) {
      return notField(error);
    }
    return at;
  }

  /** Joins the steady texts with what stands around them, because comparing once is cheaper than many times. */
  #join(): void {
    const { between, fields } = this.form;
    for (let i = fields.length; i >= 0; i--) {
      const isSteady = this.#same[i] === STEADY;
      this.#stretches[i] =
        (between[i] as string) + (isSteady ? this.#texts[i] + (this.#stretches[i + 1] as string) : '');
      this.#next[i] = isSteady ? (this.#next[i + 1] as number) : i;
    }
    this.#isStale = false;
  }

  #readCount(field: number, lines: string, start: number): number {
    let count = 0;
    let at = start;
    for (; ; at++) {
      const digit = lines.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      count = count * 10 + digit;
    }
    const digits = at - start;
    // A leading zero is a mistake in JSON.
    if (digits === 0 || digits > MAX_DIGITS || (digits > 1 && lines.charCodeAt(start) === ZERO)) return -1;
    this.#counts[field] = count;
    return at;
  }

  #readText(field: number, lines: string, start: number): number {
    const known = this.#texts[field] as string;
    const after = this.form.between[field + 1] as string;
    if (lines.startsWith(known, start) && lines[start + known.length] === after[0]) {
      if ((this.#same[field] as number) < STEADY && ++this.#same[field]! === STEADY) this.#isStale = true;
      return start + known.length;
    }
    const end = lines.indexOf(after[0] as string, start);
    if (end < 0) return -1;
    const text = lines.slice(start, end);
    if (this.form.special.test(text)) return -1;
    try {
      this.#row.setText(field, decoded(text));
    } catch (error) {
      return notField(error);
    }
    this.#texts[field] = text;
    if (this.#same[field] === STEADY) this.#isStale = true;
    this.#same[field] = 0;
    return end;
  }
}

/** How many lines may be of another form than those before, besides as many as are alike. */
const TRIES = 100;

/** Learns the form of a file's lines, and reads the lines that have it. */
export class Alike {
  readonly #items: ItemReader;
  #lines: AlikeLines | undefined;
  #alike = 0;
  #tries = 0;

  constructor(items: ItemReader) {
    this.#items = items;
  }

  /** See `AlikeLines.append`. */
  append(lines: string, start: number, rows: RowsBuilder): number {
    const next = this.#lines ? this.#lines.append(lines, start, rows) : -1;
    if (next >= 0) this.#alike++;
    return next;
  }

  /** Takes the form of a line that was read in another way. Files whose lines have many forms aren't tried for long. */
  learn(formOf: () => LineForm | undefined): void {
    if (this.#tries > TRIES + this.#alike) this.#lines = undefined;
    if (this.#tries++ > TRIES + this.#alike || !this.#items.alike) return;
    const form = formOf();
    const isKnown = this.#lines?.form.between.join('\n') === form?.between.join('\n');
    const row = form && !isKnown ? this.#items.alike(form.fields) : undefined;
    const isText = (i: number): boolean => form?.isQuoted?.[i] ?? true;
    if (form && row?.isCount.every((isCount, i) => isCount || isText(i)))
      this.#lines = new AlikeLines(form, row);
  }
}

/** Returns the text of bytes of UTF-8, each given as one character. */
export function decoded(bytes: string): string {
  return /[^\0-\x7f]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString() : bytes;
}

function notField(error: unknown): -1 {
  if (error instanceof FieldError) return -1;
  throw error;
}

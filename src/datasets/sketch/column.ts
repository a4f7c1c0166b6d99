import { isTotal } from '../forms/alike-values.ts';
import { DateEvidence } from '../forms/date-evidence.ts';
import { NumberEvidence, type NumberVerdict } from '../forms/number-evidence.ts';
import { type NumberForm, NumberReader } from '../forms/number-form.ts';

/** The number of different texts of a column that are kept. */
const MAX_TEXTS = 5000;
/** A text that may be a number in some form. */
const NUMBER_LIKE = /^[-+]?\d[\d.,'’ \u00a0\u2009\u202f]*(?:[eE][+-]?\d+)?$/;
/** The least part of a column's texts that must be numbers. The others stand for gaps. */
const LEAST_NUMBERS = 0.7;
/** Columns with these names have numbers that nobody adds up. */
const LABEL =
  /(?:^|[ _.-])(?:id|no|nr|num|code|key|plz|zip|year|jahr|année|annee|año|ano|week|woche|semaine)$/i;

/** A text of a column, with the line or row where it was first seen, and how often it was seen. */
export interface TextSeen {
  readonly text: string;
  readonly first: number;
  count: number;
}

/** What a column holds, as far as its texts show it. */
export class ColumnSketch {
  readonly name: string;
  readonly #texts = new Map<string, TextSeen>();
  readonly numbers = new NumberEvidence();
  /** The number of records with a text, and of those whose text may be a number. */
  #filled = 0;
  #numeric = 0;
  #isOverfull = false;
  #dates: DateEvidence | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** @param number the line or row */
  add(text: string, number: number): void {
    this.#filled++;
    if (NUMBER_LIKE.test(text)) {
      this.#numeric++;
      this.numbers.add(text, number);
    }
    const seen = this.#texts.get(text);
    if (seen) seen.count++;
    else if (this.#texts.size < MAX_TEXTS) {
      // A copy, because a slice of a line would keep the whole text in memory.
      const copy = Buffer.from(text).toString();
      this.#texts.set(copy, { text: copy, first: number, count: 1 });
    } else this.#isOverfull = true;
  }

  /** The different texts, in their order. */
  get texts(): readonly TextSeen[] {
    return [...this.#texts.values()];
  }

  /** Whether the column has more different texts than are kept. */
  get isOverfull(): boolean {
    return this.#isOverfull;
  }

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  get dates(): DateEvidence {
    if (this.#dates) return this.#dates;
    this.#dates = new DateEvidence();
    for (const { text } of this.#texts.values()) if (!isTotal(text)) this.#dates.add(text);
    return this.#dates;
  }

  /** Whether the texts are dates rather than anything else. */
  get hasDates(): boolean {
    const [form] = this.dates.forms;
    if (form === undefined) return false;
    // Digits alone are dates only if they are days or hours: 202401 is a number as well.
    return form !== 'year first' || !this.dates.texts.every((text) => /^\d{1,7}$/.test(text));
  }

  /** Whether the texts are numbers that can be added up, besides some that stand for gaps. */
  get hasNumbers(): boolean {
    return !LABEL.test(this.name) && this.#numeric > 0 && this.#numeric >= this.#filled * LEAST_NUMBERS;
  }

  /** The texts of a column of numbers that are none. Formulas without a value are mistakes. */
  get gaps(): readonly TextSeen[] {
    return this.texts.filter(({ text }) => !NUMBER_LIKE.test(text) && !text.startsWith('='));
  }

  /** The kind of the numbers, read as the whole file is written. Where nobody can tell, 12.345 is twelve thousand. */
  kindBy(verdict: NumberVerdict): 'count' | 'difference' | 'decimal' {
    const form: Partial<NumberForm> =
      verdict.kind === 'shown'
        ? verdict.form
        : verdict.kind === 'ambiguous'
          ? { thousands: verdict.sign }
          : {};
    const thousands = form.thousands === undefined ? {} : { thousands: form.thousands };
    const reader = new NumberReader({
      decimal: form.decimal ?? (form.thousands === '.' ? ',' : '.'),
      ...thousands,
    });
    const plain = this.texts.map(({ text }) => reader.plain(text) ?? '');
    if (plain.some((number) => /\.\d*[1-9]|[eE]/.test(number))) return 'decimal';
    return plain.some((number) => number.startsWith('-')) ? 'difference' : 'count';
  }
}

/** How numbers are written: the sign before decimals, and what stands between groups of three digits. */
export interface NumberForm {
  readonly decimal: '.' | ',';
  readonly thousands?: Thousands;
}

/** `space` stands for blanks of every width, `'` also for a typographic apostrophe. */
export type Thousands = '.' | ',' | "'" | 'space';

/** What each sign of thousands matches in a text. */
export const THOUSANDS: Readonly<Record<Thousands, string>> = {
  '.': '\\.',
  ',': ',',
  "'": "['’]",
  space: '[ \\u00a0\\u2009\\u202f]',
};

/** Turns numbers of a form into plain ones. */
export class NumberReader {
  readonly form: NumberForm;
  readonly #matches: RegExp;
  readonly #sign: RegExp | undefined;

  constructor(form: NumberForm) {
    const { decimal, thousands } = form;
    const sign = thousands === undefined ? undefined : THOUSANDS[thousands];
    const grouped = sign === undefined ? '' : `\\d{1,3}(?:${sign}\\d{3})+|`;
    this.form = form;
    this.#matches = new RegExp(
      `^[+-]?(?:${grouped}\\d+)(?:${decimal === '.' ? '\\.' : ','}\\d+)?(?:[eE][+-]?\\d+)?$`,
    );
    this.#sign = sign === undefined ? undefined : new RegExp(sign, 'g');
  }

  /** Returns a number as `1234.5`; undefined if it isn't written in the form. */
  plain(text: string): string | undefined {
    if (!this.#matches.test(text)) return undefined;
    const whole = this.#sign ? text.replace(this.#sign, '') : text;
    return whole.replace(',', '.').replace(/^\+/, '');
  }

  /** The form in words, for messages. */
  get inWords(): string {
    const { decimal, thousands } = this.form;
    const groups = thousands === undefined ? '' : ` and thousands: ${quotedSign(thousands)}`;
    return `with decimal: ${quotedSign(decimal)}${groups}`;
  }
}

/** A sign as it is written in YAML. */
export function quotedSign(sign: string): string {
  return sign === "'" ? '"\'"' : /^\w+$/.test(sign) ? sign : `'${sign}'`;
}

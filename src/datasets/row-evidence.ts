import type { Grain } from '../core/time/time.ts';
import { BadRowError, excerptOf, type Place } from '../load/bad-row.ts';
import type { AtEnd } from './bad-rows.ts';
import { isTotal } from './forms/alike-values.ts';
import { DateEvidence } from './forms/date-evidence.ts';
import { isEither, NumberEvidence } from './forms/number-evidence.ts';
import { quotedSign } from './forms/number-form.ts';

/** The kinds of mistakes about which all rows together say more than each alone. */
export const DATE = 'date';
export const NUMBER = 'number';
export const GAP = 'gap';

/** The maximum number of different texts for gaps that are suggested. */
const MAX_GAPS = 20;
/** The maximum number of different texts for dates that are looked at. */
const MAX_DATES = 5000;
/** The number of ambiguous numbers of a column that are kept. */
const MAX_AMBIGUOUS = 5;

interface Ambiguous {
  count: number;
  /** The last record that was counted, because a record with mistakes is read twice. */
  last: number;
  readonly examples: { readonly text: string; readonly number: number }[];
}

/** What the rows of a data set say about how they are written, where nothing is declared. */
export class RowEvidence implements AtEnd {
  readonly #date: string;
  readonly #missing: readonly string[];
  readonly #placeOf: (number: number) => Place;
  readonly #grain: Grain;
  /** Texts that are no dates by themselves, each once. */
  readonly #dates = new Set<string>();
  readonly #numbers = new NumberEvidence();
  readonly #gaps = new Set<string>();
  /** The columns of whole numbers that have others. */
  readonly #decimals = new Set<string | undefined>();
  /** Numbers that were read with a decimal point, which might be something else, by column. */
  readonly #ambiguous = new Map<string, Ambiguous>();
  /** Whether a number has shown that the point stands before decimals. */
  hasPoint = false;

  /** @param placeOf returns the place of a record */
  constructor(
    { date, grain, missing }: { date: string; grain: Grain; missing: readonly string[] },
    placeOf: (number: number) => Place,
  ) {
    this.#date = date;
    this.#missing = missing;
    this.#placeOf = placeOf;
    this.#grain = grain;
  }

  noteDate(text: string): void {
    if (this.#dates.size < MAX_DATES) this.#dates.add(text);
  }

  /** Notes a text that is no number by itself. @param isDecimal whether its column should have decimals */
  noteNumber(column: string | undefined, text: string, number: number, isDecimal: boolean): void {
    this.#numbers.add(text, number);
    if (isDecimal) this.#decimals.add(column);
  }

  noteGap(text: string): void {
    if (this.#gaps.size < MAX_GAPS) this.#gaps.add(text);
  }

  /** Notes a number that was read with a decimal point although nobody declared one. */
  notePoint(column: string, text: string, number: number): void {
    this.#numbers.add(text, number);
    if (!isEither(text)) {
      this.hasPoint = true;
      return;
    }
    const known = this.#ambiguous.get(column) ?? { count: 0, last: 0, examples: [] };
    this.#ambiguous.set(column, known);
    if (known.last === number) return;
    known.last = number;
    known.count++;
    if (known.examples.length < MAX_AMBIGUOUS) known.examples.push({ text, number });
  }

  *badRows(): Generator<[BadRowError, number]> {
    if (this.hasPoint && this.#numbers.verdict.kind === 'shown') return;
    for (const [column, { count, examples }] of this.#ambiguous)
      for (const [i, { text, number }] of examples.entries()) {
        const shown = excerptOf(text);
        const reason = `${shown} may be ${text.replace('.', '')} or ${text}`;
        const row = new BadRowError(this.#placeOf(number), column, reason, { kind: NUMBER, shown });
        yield [row, i === 0 ? count - examples.length + 1 : 1];
      }
  }

  adviceFor({ field, likeness }: BadRowError): string | undefined {
    switch (likeness?.kind) {
      case DATE:
        return this.#adviceForDates();
      case NUMBER:
        return this.#adviceForNumbers(field, likeness.shown);
      case GAP:
        return field === undefined ? undefined : this.#adviceForGaps();
      default:
        return undefined;
    }
  }

  #adviceForDates(): string | undefined {
    const totals = [...this.#dates].filter(isTotal).map(excerptOf);
    if (totals.length > 0)
      return `if these are rows of totals, leave them out with total: [${totals.join(', ')}]`;
    const forms = formsIn([...this.#dates], this.#grain);
    const [form, other] = forms;
    if (form === undefined)
      return 'write all dates in one way, with the year first, or in one that format says';
    const written = `date: { column: ${yamlText(this.#date)}, format: ${yamlText(form)} }`;
    return other === undefined
      ? `these dates seem to be ${form}: write ${written}`
      : `nobody can tell whether these dates are ${forms.join(' or ')}: write which, as in ${written}`;
  }

  #adviceForNumbers(column: string | undefined, shown: string): string | undefined {
    const { verdict } = this;
    switch (verdict.kind) {
      case 'plain':
        return undefined;
      case 'shown': {
        const kind = this.#decimals.has(column) && verdict.form.decimal !== undefined;
        const isDefault = verdict.form.decimal === '.' && verdict.form.thousands === undefined;
        const members = [
          isDefault ? '' : membersOf(verdict.form),
          kind ? 'kind: decimal to the measure' : '',
        ];
        const added = members.filter((one) => one !== '').join(', and ');
        const by =
          shown === excerptOf(verdict.by.text) ? '' : `${this.#shownAt(verdict.by)} shows the meaning: `;
        return added === '' ? undefined : `${by}add ${added}`;
      }
      case 'ambiguous': {
        const sign = verdict.sign === '.' ? 'point' : 'comma';
        return `nobody can tell whether the ${sign} stands between thousands or before decimals: add thousands: '${verdict.sign}' or decimal: '${verdict.sign}'${this.#decimals.has(column) ? ', and kind: decimal to the measure then' : ''}`;
      }
      case 'contradictory': {
        const { first, second } = verdict;
        return `${this.#shownAt(first)} and ${this.#shownAt(second)} are written in different ways: write all numbers in one way, as in 1234.5`;
      }
    }
  }

  get verdict(): NumberEvidence['verdict'] {
    return this.#numbers.verdict;
  }

  #shownAt({ text, number }: { text: string; number: number }): string {
    return `${excerptOf(text)} (${this.#placeOf(number).unit === 'line' ? 'line' : 'row'} ${number})`;
  }

  #adviceForGaps(): string {
    const texts = [...new Set([...this.#missing, ...this.#gaps])].map(excerptOf);
    return `if ${this.#gaps.size === 1 ? 'it stands for a gap' : 'they stand for gaps'}, declare missing: [${texts.join(', ')}]`;
  }
}

/** Returns the forms that dates seem to have, if possible as starts of periods. */
function formsIn(texts: readonly string[], grain: Grain): string[] {
  for (const evidence of [new DateEvidence(grain), new DateEvidence()]) {
    for (const text of texts) evidence.add(text);
    const forms = evidence.forms.flatMap((form) => (form === 'year first' ? [] : [form.written]));
    if (forms.length > 0) return forms;
  }
  return [];
}

/** Members of YAML, one after the other: `decimal: ','` and `thousands: '.'`. */
export function membersOf(members: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(members)
    .flatMap(([name, sign]) => (sign === undefined ? [] : [`${name}: ${quotedSign(sign)}`]))
    .join(' and ');
}

/** A text as it can stand in YAML between braces. */
export function yamlText(text: string): string {
  return /^[\p{L}_][\p{L}\d _/.()-]*$/u.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text.trim() === text
      ? text
      : JSON.stringify(text)
    : JSON.stringify(text);
}

import type { Grain } from '../../core/time/time.ts';
import { periodOf } from '../dates.ts';
import { DateForm } from './date-form.ts';

/** The forms that are recognised. With points, nobody writes the month first. */
const KNOWN = [
  ...['/', '-', '.', ' '].flatMap((sign) => [
    `dd${sign}mm${sign}yyyy`,
    ...(sign === '.' ? [] : [`mm${sign}dd${sign}yyyy`]),
    `mm${sign}yyyy`,
    `dd${sign}mmm${sign}yyyy`,
    `mmm${sign}yyyy`,
  ]),
  ...['/', '-', '.'].flatMap((sign) => [
    `dd${sign}mm${sign}yy`,
    ...(sign === '.' ? [] : [`mm${sign}dd${sign}yy`]),
    `dd${sign}mmm${sign}yy`,
    `mmm${sign}yy`,
  ]),
  'yyyy.mm.dd',
  'yyyy mm dd',
  'yyyy.mm',
  'mmm dd, yyyy',
  'dd. mmm yyyy',
];
/** How hours may follow. */
const HOURS = ['', ' hh:mm', ' hh:mm:ss', ', hh:mm'];

/** The number of different texts that are looked at. More wouldn't tell more. */
const MAX_TEXTS = 5000;
/** The least part of the texts that a form must fit to be suggested. */
const LEAST_PART = 0.8;

/** With more months than this, dates that may be months are no days. */
const LEAST_MONTHS = 6;

let known: readonly DateForm[] | undefined;

function knownForms(): readonly DateForm[] {
  return (known ??= KNOWN.flatMap((date) =>
    (date.includes('dd') ? HOURS : ['']).map((hours) => DateForm.of(date + hours) as DateForm),
  ));
}

/** What the dates of a column say about the form in which they are written. */
export class DateEvidence {
  readonly #grain: Grain | undefined;
  readonly #texts = new Set<string>();
  /** How many texts have each form. */
  readonly #fits = new Map<DateForm, number>();
  /** How many texts begin with the year. */
  #yearFirst = 0;

  /** @param grain the period of a row, if it is known: its dates are starts of periods */
  constructor(grain?: Grain) {
    this.#grain = grain;
  }

  add(text: string): void {
    if (this.#texts.size >= MAX_TEXTS || this.#texts.has(text)) return;
    this.#texts.add(text);
    if (this.#isPeriod(text)) this.#yearFirst++;
    else
      for (const form of knownForms())
        if (this.#isPeriod(text, form)) this.#fits.set(form, (this.#fits.get(form) ?? 0) + 1);
  }

  /** The form that nearly all dates have; `year first` for those that are always read; none if nothing fits. */
  get forms(): readonly ('year first' | DateForm)[] {
    const least = Math.max(1, this.#texts.size * LEAST_PART);
    if (this.#yearFirst >= least) return ['year first'];
    const most = Math.max(0, ...this.#fits.values());
    return most < least ? [] : [...this.#fits].flatMap(([form, fits]) => (fits === most ? [form] : []));
  }

  /**
   * The form that several fit, if by it alone all dates are starts of months, in more than one year: by
   * another one, all would be days of one and the same month of each year.
   */
  get likeliest(): DateForm | undefined {
    const forms = this.forms.filter((form) => form !== 'year first');
    const monthly = forms.filter((form) => this.grainBy(form) === 'monthly');
    const [form] = monthly;
    if (form === undefined || monthly.length > 1 || forms.length === 1) return undefined;
    const years = new Set(this.texts.map((text) => form.read(text)?.year));
    return years.size > 1 && this.#texts.size > LEAST_MONTHS ? form : undefined;
  }

  /** The texts, in their order, without repetitions. */
  get texts(): readonly string[] {
    return [...this.#texts];
  }

  /** The coarsest grain of which all dates are starts of periods, if they are written in a form. */
  grainBy(form: 'year first' | DateForm): Grain | undefined {
    const fits = (grain: Grain): number =>
      this.texts.filter(
        (text) => typeof periodOf(text, grain, form === 'year first' ? undefined : form) === 'number',
      ).length;
    const least = Math.max(1, this.#texts.size * LEAST_PART);
    return (['monthly', 'daily', 'hourly'] as const).find((grain) => fits(grain) >= least);
  }

  #isPeriod(text: string, form?: DateForm): boolean {
    if (form && !form.read(text)) return false;
    const grains = this.#grain ? [this.#grain] : (['monthly', 'daily', 'hourly'] as const);
    return grains.some((grain) => typeof periodOf(text, grain, form) === 'number');
  }
}

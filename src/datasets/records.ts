import type { Dimension } from '../core/metric/dimension.ts';
import { openDimensions } from '../core/metric/metric.ts';
import type { Ordinal } from '../core/time/time.ts';
import { WrittenNumber } from '../core/value/exact-json.ts';
import { isNumeric } from '../core/value/exact-number.ts';
import { own } from '../core/value/named.ts';
import { excerptOf, FieldError, type Place } from '../load/bad-row.ts';
import type { ItemReader } from '../load/item-reader.ts';
import type { RowsBuilder } from '../load/rows-builder.ts';
import { DimensionField, type Item, MeasureField, Memo } from '../load/values.ts';
import { kindOfReason } from './bad-rows.ts';
import { periodOf } from './dates.ts';
import type { Mapped } from './file-metric.ts';
import { type ValueSeen, valuesOfSeries } from './forms/alike-values.ts';
import { DateForm } from './forms/date-form.ts';
import { isEither } from './forms/number-evidence.ts';
import { NumberReader } from './forms/number-form.ts';
import { textIn } from './record-text.ts';
import { DATE, GAP, NUMBER, RowEvidence } from './row-evidence.ts';

/** The maximum number of series in a data set. Coverage is kept for each. */
const MAX_SERIES = 20_000;

/** Numbers with signs that a declared form may explain. */
const HAS_SIGN = /^[-+]?\d+[.,'’ \u00a0\u2009\u202f][\d.,'’ \u00a0\u2009\u202f]*$/;

/** Makes rows from a source's records by its columns. A missing number makes no row. */
export class Records implements ItemReader {
  readonly columns;
  readonly evidence: RowEvidence;
  readonly #mapped: Mapped;
  readonly #fixed: readonly string[];
  readonly #dimensions: readonly DimensionField[];
  readonly #measures: readonly MeasureField[];
  readonly #missing: ReadonlySet<string>;
  readonly #totals: ReadonlySet<string>;
  readonly #dateForm: DateForm | undefined;
  readonly #numbers: NumberReader | undefined;
  readonly #ordinals = new Memo<Ordinal>();
  /** The periods of each series, with the place of each row, to detect a second one. */
  readonly #seen = new Map<string, Map<Ordinal, number>>();
  readonly #unit: 'line' | 'row';
  readonly #hasTypes: boolean;

  /**
   * @param placeOf returns the place of a record by its number
   * @param hasTypes whether the source's numbers are numbers, which no declared form explains
   */
  constructor(mapped: Mapped, placeOf: (number: number) => Place, hasTypes: boolean) {
    this.#hasTypes = hasTypes;
    this.#unit = placeOf(1).unit === 'line' ? 'line' : 'row';
    const { metric, mapping } = mapped;
    this.#mapped = mapped;
    this.#fixed = Object.values(metric.fixed ?? {});
    const open: readonly Dimension[] = mapping.wide ? [] : openDimensions(metric);
    // Blanks around a value are invisible and would make another series.
    const trimmed = mapping.trim === false ? (text: string) => text : (text: string) => text.trim();
    this.#dimensions = open.map(
      (dimension, i) =>
        new DimensionField({
          ...dimension,
          name: mapping.dimensions[i] as string,
          normalise: (text) => dimension.normalise(trimmed(text)),
        }),
    );
    const measures = Object.values(metric.measures);
    const sources = mapping.wide?.map(({ column }) => column) ?? mapping.measures;
    this.#measures = sources.map(
      (column, i) => new MeasureField(column, (mapping.wide ? measures[0] : measures[i])!, true),
    );
    this.#missing = new Set(mapping.missing);
    this.#totals = new Set(mapping.totals);
    const form = mapping.dateFormat === undefined ? undefined : DateForm.of(mapping.dateFormat);
    this.#dateForm = typeof form === 'string' ? undefined : form;
    this.#numbers = mapping.numbers && new NumberReader(mapping.numbers);
    this.evidence = new RowEvidence(mapping, placeOf);
    this.columns = { required: [mapping.date, ...mapping.dimensions, ...sources] };
  }

  /** The values of each dimension that were read from rows, with the first place of each. */
  get values(): ReadonlyMap<string, readonly ValueSeen[]> {
    const { metric } = this.#mapped;
    const open = [...metric.dimensions.entries()].filter(
      ([, { name }]) => metric.fixed?.[name] === undefined,
    );
    return new Map(open.map(([i, { name }]) => [name, valuesOfSeries(this.#seen, i)]));
  }

  append(item: Item, rows: RowsBuilder, number: number): void {
    if (this.#totals.size > 0 && this.#isTotal(item)) return;
    try {
      this.#append(item, rows, number);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      const [first, ...others] = this.#mistakesOf(item, number);
      throw first ? new FieldError(first.field, first.message, others, first.likeness) : error;
    }
  }

  /** Whether a record is a sum of others: its date or a value is one of the declared texts. */
  #isTotal(item: Item): boolean {
    const { date, dimensions } = this.#mapped.mapping;
    return [date, ...dimensions].some((column) => this.#totals.has(textIn(item, column) ?? ''));
  }

  #append(item: Item, rows: RowsBuilder, number: number): void {
    const { mapping } = this.#mapped;
    const ordinal = this.#ordinal(item);
    const values = [...this.#fixed, ...this.#dimensions.map((field) => this.#value(item, field))];
    const numbers = this.#measures.map((field) => this.#number(item, field, number));
    if (mapping.wide) {
      mapping.wide.forEach(({ value }, i) => this.#add([value], ordinal, [numbers[i]], rows, number));
      return;
    }
    this.#add(values, ordinal, numbers, rows, number);
  }

  /** Returns all mistakes that a row has by itself. */
  #mistakesOf(item: Item, number: number): FieldError[] {
    const reads = [
      () => this.#ordinal(item),
      ...this.#dimensions.map((field) => () => this.#value(item, field)),
      ...this.#measures.map((field) => () => this.#number(item, field, number)),
    ];
    return reads.flatMap((read) => {
      try {
        read();
        return [];
      } catch (error) {
        if (error instanceof FieldError) return [error];
        throw error;
      }
    });
  }

  #ordinal(item: Item): Ordinal {
    const { date, grain } = this.#mapped.mapping;
    const text = textIn(item, date);
    if (text === undefined) throw new FieldError(date, 'is missing');
    const known = this.#ordinals.get(text);
    if (known !== undefined) return known;
    const ordinal = periodOf(text, grain, this.#dateForm);
    if (typeof ordinal === 'number') return this.#ordinals.set(text, ordinal);
    this.evidence.noteDate(text);
    const shown = excerptOf(text);
    // Only texts of another form are alike: a month where a day is wanted is another mistake.
    const isOther = ordinal.startsWith('is not a date ');
    throw new FieldError(date, `${shown} ${ordinal}`, [], { kind: isOther ? DATE : ordinal, shown });
  }

  #value(item: Item, field: DimensionField): string {
    const value = own(item, field.name);
    if (value === null || value === undefined) throw new FieldError(field.name, 'is missing');
    // Files with types have numbers and truths as values, too.
    return typeof value === 'number' || typeof value === 'boolean' || value instanceof WrittenNumber
      ? field.readText(String(value))
      : field.read(item);
  }

  #add(
    values: readonly string[],
    ordinal: Ordinal,
    numbers: readonly (number | undefined)[],
    rows: RowsBuilder,
    number: number,
  ): void {
    const { mapping } = this.#mapped;
    // In a complete data set a missing row means zero, so a gap must be stored.
    if (!mapping.complete && numbers.every((one) => one === undefined)) return;
    const key = values.join('\0');
    let periods = this.#seen.get(key);
    if (!periods) {
      if (this.#seen.size >= MAX_SERIES)
        throw new FieldError(
          undefined,
          `begins series ${MAX_SERIES + 1}: a data set can have at most ${MAX_SERIES}`,
        );
      this.#seen.set(key, (periods = new Map<Ordinal, number>()));
    }
    const first = periods.get(ordinal);
    if (first !== undefined)
      throw new FieldError(
        undefined,
        `has the same series and date as ${this.#unit} ${first}. Keep one of them, or add the column that tells them apart to dimensions`,
        [],
        { kind: 'twice', shown: `as ${this.#unit} ${first}` },
      );
    periods.set(ordinal, number);
    values.forEach((value, i) => rows.dimensions[i]!.push(value));
    numbers.forEach((one, i) => rows.measures[i]!.push(one ?? NaN));
    rows.grains.push(mapping.grain);
    rows.ordinals.push(ordinal);
  }

  /** Returns undefined if the number is missing. */
  #number(item: Item, field: MeasureField, number: number): number | undefined {
    const text = textIn(item, field.name);
    if (text === undefined) {
      const value = own(item, field.name) ?? '';
      if (typeof value === 'string') return undefined;
      throw new FieldError(field.name, `${excerptOf(value)} is not a number`);
    }
    if (this.#missing.has(text)) return undefined;
    const isWritten = !this.#hasTypes && typeof own(item, field.name) === 'string';
    const plain = isWritten && this.#numbers ? this.#numbers.plain(text) : text;
    try {
      if (plain === undefined) throw new FieldError(field.name, '');
      const value = field.read({ [field.name]: plain });
      if (isWritten && !this.#numbers && !this.evidence.hasPoint && plain.includes('.'))
        this.evidence.notePoint(field.name, text, number);
      return value;
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      throw this.#noNumber(error, text, plain, number);
    }
  }

  /** Says what is wrong about a text for a number. */
  #noNumber(error: FieldError, text: string, plain: string | undefined, number: number): FieldError {
    const shown = excerptOf(text);
    const alone = new FieldError(error.field, error.message, [], {
      kind: kindOfReason(error.message),
      shown,
    });
    // A formula without a value, of a spreadsheet, is no gap.
    if (!/\d|^=/.test(text)) {
      this.evidence.noteGap(text);
      return new FieldError(error.field, error.message || `${shown} is not a number`, [], {
        kind: GAP,
        shown,
      });
    }
    if (plain === undefined) {
      const reason = `${shown} is not a number ${this.#numbers?.inWords}`;
      return new FieldError(error.field, reason, [], { kind: 'undeclared number', shown });
    }
    if (this.#numbers || this.#hasTypes || !HAS_SIGN.test(text)) return alone;
    const isDecimal = error.message.includes('kind: decimal');
    this.evidence.noteNumber(error.field, text, number, isDecimal);
    // A number that has only one meaning is refused for another reason.
    if (isNumeric(text) && !isEither(text)) return alone;
    // What to do follows from all numbers of the file.
    const [reason = ''] = error.message.split('; ');
    return new FieldError(error.field, reason, [], { kind: NUMBER, shown });
  }
}

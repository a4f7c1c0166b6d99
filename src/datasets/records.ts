import type { Dimension } from '../core/metric/dimension.ts';
import { openDimensions } from '../core/metric/metric.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { NotTextError } from '../core/value/text-of-bytes.ts';
import type { Ordinal } from '../core/time/time.ts';
import { BadRowError, FieldError, excerptOf, UnreadableFileError } from '../load/bad-row.ts';
import type { ItemReader } from '../load/item-reader.ts';
import { RowsBuilder } from '../load/rows-builder.ts';
import { DimensionField, type Item, MeasureField } from '../load/values.ts';
import { BadRows } from './bad-rows.ts';
import { periodOf } from './dates.ts';
import type { Mapped } from './file-metric.ts';
import { named, own } from '../core/value/named.ts';

/** The maximum number of series in a data set. Coverage is kept for each. */
const MAX_SERIES = 20_000;

/** Makes rows from a source's records by its columns. A missing number makes no row. */
export class Records implements ItemReader {
  readonly columns;
  readonly #mapped: Mapped;
  readonly #fixed: readonly string[];
  readonly #dimensions: readonly DimensionField[];
  readonly #measures: readonly MeasureField[];
  readonly #missing: ReadonlySet<string>;
  /** The periods of each series, with the place of each row, to detect a second one. */
  readonly #seen = new Map<string, Map<Ordinal, number>>();
  readonly #unit: 'line' | 'row';

  /** @param unit the unit in which places of records count */
  constructor(mapped: Mapped, unit: 'line' | 'row') {
    this.#unit = unit;
    const { metric, mapping } = mapped;
    this.#mapped = mapped;
    this.#fixed = Object.values(metric.fixed ?? {});
    const open: readonly Dimension[] = mapping.wide ? [] : openDimensions(metric);
    this.#dimensions = open.map(
      (dimension, i) =>
        new DimensionField({
          ...dimension,
          name: mapping.dimensions[i] as string,
          // Blanks around a value are invisible and would make another series.
          normalise: (text) => dimension.normalise(text.trim()),
        }),
    );
    const measures = Object.values(metric.measures);
    const sources = mapping.wide?.map(({ column }) => column) ?? mapping.measures;
    this.#measures = sources.map(
      (column, i) => new MeasureField(column, (mapping.wide ? measures[0] : measures[i])!, true),
    );
    this.#missing = new Set(mapping.missing);
    this.columns = { required: [mapping.date, ...mapping.dimensions, ...sources] };
  }

  append(item: Item, rows: RowsBuilder, number: number): void {
    try {
      this.#append(item, rows, number);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      const [first, ...others] = this.#mistakesOf(item);
      throw first ? new FieldError(first.field, first.message, others) : error;
    }
  }

  #append(item: Item, rows: RowsBuilder, number: number): void {
    const { mapping } = this.#mapped;
    const ordinal = this.#ordinal(item);
    const values = [...this.#fixed, ...this.#dimensions.map((field) => field.read(item))];
    const numbers = this.#measures.map((field) => this.#number(item, field));
    if (mapping.wide) {
      mapping.wide.forEach(({ value }, i) => this.#add([value], ordinal, [numbers[i]], rows, number));
      return;
    }
    this.#add(values, ordinal, numbers, rows, number);
  }

  /** Returns all mistakes that a row has by itself. */
  #mistakesOf(item: Item): FieldError[] {
    const reads = [
      () => this.#ordinal(item),
      ...this.#dimensions.map((field) => () => field.read(item)),
      ...this.#measures.map((field) => () => this.#number(item, field)),
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
    const ordinal = periodOf(text, grain);
    if (typeof ordinal === 'string') throw new FieldError(date, `${excerptOf(text)} ${ordinal}`);
    return ordinal;
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
      );
    periods.set(ordinal, number);
    values.forEach((value, i) => rows.dimensions[i]!.push(value));
    numbers.forEach((one, i) => rows.measures[i]!.push(one ?? NaN));
    rows.grains.push(mapping.grain);
    rows.ordinals.push(ordinal);
  }

  /** Returns undefined if the number is missing. */
  #number(item: Item, field: MeasureField): number | undefined {
    const text = textIn(item, field.name);
    if (text === undefined || this.#missing.has(text)) return undefined;
    try {
      return field.read({ [field.name]: text });
    } catch (error) {
      if (!(error instanceof FieldError) || /\d/.test(text)) throw error;
      const remedy = `if it stands for a gap, declare missing: [${excerptOf(text)}]`;
      throw new FieldError(error.field, `${error.message}; ${remedy}`);
    }
  }
}

function textIn(item: Item, column: string): string | undefined {
  const value = own(item, column);
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  return text.trim() === '' ? undefined : text.trim();
}

/**
 * Yields the rows of records whose values are texts, or bytes if they are not UTF-8.
 * @param label names the source in messages
 * @param read reads the named columns
 * @throws BadRowsError at the end; UnreadableFileError if a column is marked as text and isn't; other
 *   errors of `read`
 */
export async function* rowsOfTexts(
  mapped: Mapped,
  label: string,
  read: (names: readonly string[]) => AsyncIterable<readonly (readonly (string | Uint8Array | null)[])[]>,
): AsyncGenerator<Rows> {
  const bad = new BadRows();
  yield* bad.over(recordsOf(mapped, label, read, bad));
}

async function* recordsOf(
  mapped: Mapped,
  label: string,
  read: (names: readonly string[]) => AsyncIterable<readonly (readonly (string | Uint8Array | null)[])[]>,
  bad: BadRows,
): AsyncGenerator<Rows> {
  const records = new Records(mapped, 'row');
  const names = [...new Set(records.columns.required)];
  const rows = new RowsBuilder(tableOf(mapped.metric));
  let number = 0;
  for await (const batch of textsOf(label, read(names))) {
    for (const values of batch) {
      number++;
      const before = rows.length;
      try {
        records.append(itemOf(names, values), rows, number);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        for (const { field, message } of [error, ...error.others])
          bad.add(new BadRowError({ file: label, unit: 'item', number }, field, message));
        rows.truncate(before);
      }
    }
    if (rows.held > 0) yield rows.take();
  }
}

/** @throws UnreadableFileError if a column is marked as text and isn't; errors of reading */
async function* textsOf<Batch>(label: string, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof NotTextError)) throw error;
    throw new UnreadableFileError(label, error.message, { cause: error });
  }
}

/** @throws FieldError for a value of bytes that is not UTF-8 */
function itemOf(names: readonly string[], values: readonly (string | Uint8Array | null)[]): Item {
  return named(
    names.map((name, i) => {
      const value = values[i];
      if (value instanceof Uint8Array)
        throw new FieldError(
          name,
          `holds ${bytesInWords(value)}, which are not UTF-8 text: write it as UTF-8`,
        );
      return [name, value];
    }),
  );
}

/** Returns bytes in hexadecimal, such as `5a fc 72`, shortened if there are many. */
function bytesInWords(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, 20), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `the bytes ${digits}${bytes.length > 20 ? ' …' : ''}`;
}

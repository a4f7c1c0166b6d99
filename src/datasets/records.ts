import type { Dimension } from '../core/dimension.ts';
import { openDimensions } from '../core/metric.ts';
import { type Rows, tableOf } from '../core/table.ts';
import { NotTextError } from '../core/text-of-bytes.ts';
import { BadRowError, FieldError, shown, UnreadableFileError } from '../load/bad-row.ts';
import type { ItemReader } from '../load/item-reader.ts';
import { RowsBuilder } from '../load/rows-builder.ts';
import { DimensionField, type Item, MeasureField } from '../load/values.ts';
import { periodOf } from './dates.ts';
import type { Mapped } from './file-metric.ts';

/** The most series that a data set has: coverage is kept for each. */
const MOST_SERIES = 20_000;

/** Makes rows of a source's records, by its columns. A number that is missing makes none. */
export class Records implements ItemReader {
  readonly columns;
  readonly #mapped: Mapped;
  readonly #fixed: readonly string[];
  readonly #dimensions: readonly DimensionField[];
  readonly #measures: readonly MeasureField[];
  readonly #missing: ReadonlySet<string>;
  /** The periods of each series, to find a second row of one. */
  readonly #seen = new Map<string, Set<number>>();

  /** @param columns those that the source has */
  constructor(mapped: Mapped, columns: readonly string[]) {
    const { metric, mapping } = mapped;
    this.#mapped = mapped;
    this.#fixed = Object.values(metric.fixed ?? {});
    const open: readonly Dimension[] = mapping.wide ? [] : openDimensions(metric);
    this.#dimensions = open.map(
      (dimension, i) => new DimensionField({ ...dimension, name: mapping.dimensions[i] as string }),
    );
    const measures = Object.values(metric.measures);
    const sources = mapping.wide?.map(({ column }) => column) ?? mapping.measures;
    this.#measures = sources.map(
      (column, i) => new MeasureField(column, (mapping.wide ? measures[0] : measures[i])!),
    );
    this.#missing = new Set(mapping.missing);
    this.columns = { required: [mapping.date, ...mapping.dimensions, ...sources], allowed: new Set(columns) };
  }

  append(item: Item, rows: RowsBuilder): void {
    const { mapping } = this.#mapped;
    const date = textIn(item, mapping.date);
    if (date === undefined) throw new FieldError(mapping.date, 'is missing');
    const ordinal = periodOf(date, mapping.grain);
    if (typeof ordinal === 'string') throw new FieldError(mapping.date, `${shown(date)} ${ordinal}`);
    const values = [...this.#fixed, ...this.#dimensions.map((field) => field.read(item))];
    const numbers = this.#measures.map((field) => this.#number(item, field));
    if (mapping.wide) {
      mapping.wide.forEach(({ value }, i) => {
        const number = numbers[i];
        if (number !== undefined) this.#append([value], ordinal, [number], rows);
      });
      return;
    }
    const there = numbers.filter((number) => number !== undefined);
    if (there.length === 0) return;
    if (there.length < numbers.length) {
      const name = this.#measures[numbers.indexOf(undefined)]?.name;
      throw new FieldError(
        name,
        'is missing where other numbers of the row are there: make it a data set of its own, or a wide one',
      );
    }
    this.#append(values, ordinal, there, rows);
  }

  #append(values: readonly string[], ordinal: number, numbers: readonly number[], rows: RowsBuilder): void {
    const { mapping } = this.#mapped;
    const key = values.join('\0');
    let periods = this.#seen.get(key);
    if (!periods) {
      if (this.#seen.size >= MOST_SERIES)
        throw new FieldError(
          undefined,
          `begins series ${MOST_SERIES + 1}: a data set has ${MOST_SERIES} at most`,
        );
      this.#seen.set(key, (periods = new Set<number>()));
    }
    if (periods.has(ordinal)) throw new FieldError(mapping.date, 'has a second row for the same series');
    periods.add(ordinal);
    values.forEach((value, i) => rows.dimensions[i]!.push(value));
    numbers.forEach((number, i) => rows.measures[i]!.push(number));
    rows.grains.push(mapping.grain);
    rows.ordinals.push(ordinal);
  }

  /** Undefined where there is none. What pandas makes of whole numbers with gaps, `6.0`, is whole again. */
  #number(item: Item, field: MeasureField): number | undefined {
    const text = textIn(item, field.name);
    if (text === undefined || this.#missing.has(text)) return undefined;
    return field.read({ [field.name]: text.replace(/^(-?\d+)\.0+$/, '$1') });
  }
}

function textIn(item: Item, column: string): string | undefined {
  const value = item[column];
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  return text.trim() === '' ? undefined : text.trim();
}

/**
 * The rows of records whose values come as texts, or as bytes where they are none.
 * @param label what the records are of, for messages
 * @param read reads the columns that are named
 * @throws BadRowError; UnreadableFileError where what is marked as text is none; what else `read` throws
 */
export async function* rowsOfTexts(
  mapped: Mapped,
  columns: readonly string[],
  label: string,
  read: (names: readonly string[]) => AsyncIterable<readonly (readonly (string | Uint8Array | null)[])[]>,
): AsyncGenerator<Rows> {
  const records = new Records(mapped, columns);
  const names = [...new Set(records.columns.required)];
  const rows = new RowsBuilder(tableOf(mapped.metric));
  let number = 0;
  for await (const batch of textsOf(label, read(names))) {
    for (const values of batch) {
      number++;
      try {
        records.append(itemOf(names, values), rows);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        throw new BadRowError({ file: label, unit: 'item', number }, error.field, error.message);
      }
    }
    if (rows.length > 0) yield rows.take();
  }
}

/** @throws UnreadableFileError where what is marked as text is none; what reading throws */
async function* textsOf<Batch>(label: string, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof NotTextError)) throw error;
    throw new UnreadableFileError(label, error.message, { cause: error });
  }
}

/** @throws FieldError for a value that is bytes and no text */
function itemOf(names: readonly string[], values: readonly (string | Uint8Array | null)[]): Item {
  return Object.fromEntries(
    names.map((name, i) => {
      const value = values[i];
      if (value instanceof Uint8Array)
        throw new FieldError(
          name,
          `holds ${bytesInWords(value)}, which is no text in UTF-8: write it as UTF-8`,
        );
      return [name, value];
    }),
  );
}

/** As `5a fc 72`, cut where there are many. */
function bytesInWords(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, 20), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `the bytes ${digits}${bytes.length > 20 ? ' …' : ''}`;
}

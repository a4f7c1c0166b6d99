import { type Dimension, nameless } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Measure } from '../core/metric/measure.ts';
import { roundUp } from '../core/metric/privacy.ts';
import { FieldError, shown } from './bad-row.ts';
import { readNumber, whyNoNumber } from './numbers.ts';
import { own } from '../core/value/named.ts';

/** One JSON object of a file, or one CSV record by column name. */
export type Item = Readonly<Record<string, unknown>>;

/** A field of an item. One that every object has by itself (`constructor`) is none of the item's. */
function fieldIn(item: Item, name: string): unknown {
  const value = item[name];
  const isData = typeof value === 'string' || typeof value === 'number' || value === undefined;
  return isData ? value : own(item, name);
}

/** How many distinct texts are remembered, and of how many letters, before they are forgotten all at once. */
const MEMO_LIMIT = 50_000;
const MEMO_LETTERS = 4_000_000;

/** Keeps what was worked out for a text, boundedly: files repeat the same few values row after row. */
export class Memo<Value> {
  readonly #known = new Map<string, Value>();
  #letters = 0;

  get(text: string): Value | undefined {
    return this.#known.get(text);
  }

  set(text: string, value: Value): Value {
    if (this.#known.size >= MEMO_LIMIT || this.#letters >= MEMO_LETTERS) {
      this.#known.clear();
      this.#letters = 0;
    }
    this.#letters += text.length;
    this.#known.set(text, value);
    return value;
  }
}

/** Reads the value of one dimension. */
export class DimensionField {
  readonly name: string;
  readonly #dimension: Dimension;
  readonly #memo = new Memo<string>();
  /** The same file gives the same numbers, so that importing it twice changes nothing. */
  #nameless = 0;

  constructor(dimension: Dimension) {
    this.name = dimension.name;
    this.#dimension = dimension;
  }

  /** @throws FieldError */
  read(item: Item): string {
    const text = fieldIn(item, this.name);
    if (this.#dimension.nullable && (text === null || text === '')) return nameless(this.#nameless++);
    if (typeof text !== 'string') throw notText(this.name, text);
    const known = this.#memo.get(text);
    if (known !== undefined) return known;
    if (/\p{Surrogate}/u.test(text)) throw new FieldError(this.name, `${shown(text)} is not valid Unicode`);
    // A copy: a piece of a line, if it were kept, would keep all the text around it.
    const copy = Buffer.from(text).toString();
    return this.#memo.set(copy, this.#check(copy));
  }

  #check(text: string): string {
    const value = this.#dimension.normalise(text);
    const refusal = this.#dimension.refuse(value);
    if (refusal !== undefined) throw new FieldError(this.name, `${shown(text)} is refused: ${refusal}`);
    return value;
  }
}

/** Reads one measure: rounded up where the metric is published so, null taken for 0 as AQS does. */
export class MeasureField {
  readonly name: string;
  readonly #measure: Measure;
  readonly #isDeclared: boolean;

  /** @param isDeclared whether the file's owner chose the measure's kind: then messages name the right one */
  constructor(name: string, measure: Measure, isDeclared = false) {
    this.name = name;
    this.#measure = measure;
    this.#isDeclared = isDeclared;
  }

  /** The fields that may stand beside the measure: its raw count, its bucket. */
  get companions(): string[] {
    return [this.#measure.raw, this.#measure.bucket].filter((name) => name !== undefined);
  }

  /** @throws FieldError */
  read(item: Item): number {
    const { raw, kind, roundUpTo, least = -Infinity } = this.#measure;
    let field = this.name;
    let value = fieldIn(item, field);
    if ((value === undefined || value === null) && raw !== undefined && fieldIn(item, raw) !== undefined) {
      field = raw;
      value = fieldIn(item, raw);
    }
    if (value === undefined) throw missing(field);
    const number = readNumber(kind, value);
    if (number === undefined) throw new FieldError(field, whyNoNumber(kind, value, this.#isDeclared));
    if (roundUpTo === undefined) return number;
    // Rounded up it would look like enough; what isn't is dropped with its row.
    if (number < least) return 0;
    const rounded = roundUp(number, roundUpTo);
    if (kind === 'count' && !Number.isSafeInteger(rounded))
      throw new FieldError(
        field,
        `${shown(value)} exceeds 2^53-1 when it is rounded up to a multiple of ${roundUpTo}`,
      );
    return rounded;
  }
}

/** The measures whose column a table must have. Where raw counts may come instead, each row tells. */
export function requiredMeasures(metric: Metric): string[] {
  return Object.entries(metric.measures).flatMap(([name, measure]) =>
    measure.raw === undefined ? [name] : [],
  );
}

/** Dates, years and the like may be JSON numbers. @throws FieldError */
export function readText(item: Item, field: string): string {
  const value = fieldIn(item, field);
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw notText(field, value);
}

export function missing(field: string): FieldError {
  return new FieldError(field, 'is missing');
}

function notText(field: string, value: unknown): FieldError {
  return value === undefined ? missing(field) : new FieldError(field, `${shown(value)} is not a text`);
}

/**
 * Refuses fields that a metric's rows don't have: they hint at a file of another metric.
 * The required ones were read by then, so that a count tells whether there are others.
 * @throws FieldError
 */
export function refuseOthers(
  item: Item,
  required: number,
  allowed: ReadonlySet<string>,
  metric: string,
): void {
  const names = Object.keys(item);
  if (names.length === required) return;
  for (const name of names) {
    if (!allowed.has(name))
      throw new FieldError(name, `is no field of ${metric}, whose fields are ${[...allowed].join(', ')}`);
  }
}

/** @throws FieldError */
export function asItem(value: unknown, field?: string): Item {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Item;
  throw new FieldError(field, `${shown(value)} is not an object`);
}

import { type Dimension, nameless } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Measure } from '../core/metric/measure.ts';
import { roundUp } from '../core/metric/privacy.ts';
import { FieldError, excerptOf } from './bad-row.ts';
import { readNumber, whyNoNumber } from './numbers.ts';
import { own } from '../core/value/named.ts';

/** One JSON object of a file, or one CSV record by column name. */
export type Item = Readonly<Record<string, unknown>>;

/** Returns a field of an item; a member that every object inherits (`constructor`) is not a field. */
function fieldIn(item: Item, name: string): unknown {
  const value = item[name];
  const isData = typeof value === 'string' || typeof value === 'number' || value === undefined;
  return isData ? value : own(item, name);
}

/** The maximum number of remembered texts, and of their characters, after which all are forgotten. */
const MEMO_LIMIT = 50_000;
const MEMO_CHARACTERS = 4_000_000;

/** A bounded cache of results by text. Files repeat the same few values row after row. */
export class Memo<Value> {
  readonly #known = new Map<string, Value>();
  #characters = 0;

  get(text: string): Value | undefined {
    return this.#known.get(text);
  }

  set(text: string, value: Value): Value {
    if (this.#known.size >= MEMO_LIMIT || this.#characters >= MEMO_CHARACTERS) {
      this.#known.clear();
      this.#characters = 0;
    }
    this.#characters += text.length;
    this.#known.set(text, value);
    return value;
  }
}

/** Reads the value of one dimension. */
export class DimensionField {
  readonly name: string;
  readonly #dimension: Dimension;
  readonly #memo = new Memo<string>();
  /** Numbers the entries without a name. The same file gives the same numbers, so that importing it twice changes nothing. */
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
    return this.readText(text);
  }

  /** @throws FieldError */
  readText(text: string): string {
    const known = this.#memo.get(text);
    if (known !== undefined) return known;
    if (/\p{Surrogate}/u.test(text))
      throw new FieldError(this.name, `${excerptOf(text)} is not valid Unicode`);
    // A copy is kept, because a slice of a line would keep the whole text in memory.
    const copy = Buffer.from(text).toString();
    return this.#memo.set(copy, this.#check(copy));
  }

  #check(text: string): string {
    const value = this.#dimension.normalise(text);
    const refusal = this.#dimension.refuse(value);
    if (refusal !== undefined) throw new FieldError(this.name, `${excerptOf(text)} is refused: ${refusal}`);
    return value;
  }
}

/** Reads one measure. It is rounded up if the metric publishes it rounded; null is 0, as in AQS, unless rows may lack the measure. */
export class MeasureField {
  readonly name: string;
  readonly #measure: Measure;
  readonly #isDeclared: boolean;

  /** @param isDeclared whether the file's owner chose the measure's kind, so that messages may suggest another */
  constructor(name: string, measure: Measure, isDeclared = false) {
    this.name = name;
    this.#measure = measure;
    this.#isDeclared = isDeclared;
  }

  /** The fields that may accompany the measure: its raw count, its bucket. */
  get companions(): string[] {
    return [this.#measure.raw, this.#measure.bucket].filter((name) => name !== undefined);
  }

  /** Returns the number; NaN if the row lacks the measure. @throws FieldError */
  read(item: Item): number {
    const { raw, kind, gaps, roundUpTo, least = -Infinity } = this.#measure;
    let field = this.name;
    let value = fieldIn(item, field);
    if ((value === undefined || value === null) && raw !== undefined && fieldIn(item, raw) !== undefined) {
      field = raw;
      value = fieldIn(item, raw);
    }
    if (value === undefined) throw missing(field);
    if (gaps && (value === null || value === '')) return NaN;
    const number = readNumber(kind, value);
    if (number === undefined) throw new FieldError(field, whyNoNumber(kind, value, this.#isDeclared));
    if (roundUpTo === undefined) return number;
    // A count below the minimum must not be rounded up to it; its row is dropped as 0.
    if (number < least) return 0;
    const rounded = roundUp(number, roundUpTo);
    if (kind === 'count' && !Number.isSafeInteger(rounded))
      throw new FieldError(
        field,
        `${excerptOf(value)} exceeds 2^53-1 when it is rounded up to a multiple of ${roundUpTo}`,
      );
    return rounded;
  }
}

/** Returns the measures that need a column in a table. If raw counts may replace a measure, each row is checked instead. */
export function requiredMeasures(metric: Metric): string[] {
  return Object.entries(metric.measures).flatMap(([name, measure]) =>
    measure.raw === undefined ? [name] : [],
  );
}

/** Reads a text that may be a JSON number, such as a date or a year. @throws FieldError */
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
  return value === undefined ? missing(field) : new FieldError(field, `${excerptOf(value)} is not a text`);
}

/**
 * Refuses fields that a metric's rows don't have, as they hint at a file of another metric. The required
 * fields were read before, so the number of fields tells whether there are others.
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
      throw new FieldError(name, `is not a field of ${metric}, which has ${[...allowed].join(', ')}`);
  }
}

/** @throws FieldError */
export function asItem(value: unknown, field?: string): Item {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Item;
  throw new FieldError(field, `${excerptOf(value)} is not an object`);
}

import { PRESENCE } from '../core/question/answer.ts';
import { DecimalSum } from '../core/value/decimal-sum.ts';
import type { Metric } from '../core/metric/metric.ts';

/** The rows of one stored series over a span. */
export interface Stored {
  readonly presence: Uint8Array;
  readonly measures: readonly Float64Array[];
}

/** A series without rows. */
export function emptyStored(length: number, measures: number): Stored {
  const columns = new Array<Float64Array>(measures);
  for (let measure = 0; measure < measures; measure++) columns[measure] = new Float64Array(length);
  return { presence: new Uint8Array(length), measures: columns };
}

/** Adds rows of stored series up. */
export class SeriesSum {
  readonly #sum: Stored;
  /** The exact sums of each decimal measure, by index; undefined for counts, which doubles add exactly. */
  readonly #decimals: readonly (DecimalSum[] | undefined)[];

  constructor({ measures }: Metric, length: number) {
    const kinds = Object.values(measures).map(({ kind }) => kind);
    this.#sum = emptyStored(length, kinds.length);
    this.#decimals = kinds.map((kind) => (kind === 'decimal' ? [] : undefined));
  }

  /** Adds the row at index `from` of `others` to the sum at index `at`. */
  add(at: number, others: Stored, from: number): void {
    this.#sum.presence[at] = PRESENCE.stored;
    this.#sum.measures.forEach((measure, m) => {
      const number = others.measures[m]?.[from] as number;
      const sums = this.#decimals[m];
      if (sums) (sums[at] ??= new DecimalSum()).add(number);
      else measure[at] = (measure[at] as number) + number;
    });
  }

  /** Gives the sums. Nothing may be added afterwards. */
  take(): Stored {
    this.#decimals.forEach((sums, m) => {
      const measure = this.#sum.measures[m] as Float64Array;
      sums?.forEach((sum, at) => (measure[at] = sum.value));
    });
    return this.#sum;
  }
}

import { timestampName } from '../core/metric/item-fields.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Ordinal } from '../core/time/time.ts';
import type { AlikeRow } from './line-form.ts';
import type { GranularityField, TimestampField } from './periods.ts';
import type { RowsBuilder } from './rows-builder.ts';
import type { DimensionField } from './values.ts';

/** Reads rows of a series of lines that are alike. Its measures are whole numbers as they stand in the line. */
export class SeriesRow implements AlikeRow {
  readonly isCount: readonly boolean[];
  readonly #dimensions: readonly DimensionField[];
  readonly #granularity: GranularityField;
  /** For each field, the place of its dimension; -1 for other fields. */
  readonly #dimensionOf: readonly number[];
  readonly #measures: readonly number[];
  readonly #granularityField: number;
  readonly #values: string[];
  #timestamps: TimestampField | undefined;
  #stamp = '';
  /** The period of the timestamp; undefined until it is read. */
  #ordinal: Ordinal | undefined;

  constructor(
    metric: Metric,
    fields: readonly string[],
    dimensions: readonly DimensionField[],
    granularity: GranularityField,
  ) {
    const texts = [...dimensions.map(({ name }) => name), 'granularity', timestampName(metric)];
    this.isCount = fields.map((name) => !texts.includes(name));
    this.#dimensions = dimensions;
    this.#granularity = granularity;
    this.#dimensionOf = fields.map((field) => dimensions.findIndex(({ name }) => name === field));
    this.#measures = Object.keys(metric.measures).map((name) => fields.indexOf(name));
    this.#granularityField = fields.indexOf('granularity');
    this.#values = dimensions.map(() => '');
    this.#timestamps = granularity.only;
  }

  setText(field: number, text: string): void {
    const dimension = this.#dimensionOf[field] as number;
    if (dimension >= 0) {
      this.#values[dimension] = (this.#dimensions[dimension] as DimensionField).readText(text);
      return;
    }
    if (field === this.#granularityField) this.#timestamps = this.#granularity.readText(text);
    else this.#stamp = text;
    this.#ordinal = undefined;
  }

  append(counts: readonly number[], rows: RowsBuilder): void {
    const timestamps = this.#timestamps as TimestampField;
    const ordinal = (this.#ordinal ??= timestamps.readText(this.#stamp));
    for (let i = 0; i < this.#values.length; i++) rows.dimensions[i]!.push(this.#values[i]!);
    for (let i = 0; i < this.#measures.length; i++) rows.measures[i]!.push(counts[this.#measures[i]!]!);
    rows.grains.push(timestamps.grain);
    rows.ordinals.push(ordinal);
  }
}

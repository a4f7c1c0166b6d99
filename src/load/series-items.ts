import { timestampName } from '../core/metric/item-fields.ts';
import type { Metric } from '../core/metric/metric.ts';
import { grainOfPath } from '../core/metric/path-parameters.ts';
import type { AlikeRow } from './line-form.ts';
import { FieldError } from './bad-row.ts';
import { GranularityField, type TimestampField } from './periods.ts';
import type { ItemReader } from './item-reader.ts';
import type { RowsBuilder } from './rows-builder.ts';
import { SeriesRow } from './series-row.ts';
import { asItem, DimensionField, type Item, MeasureField, refuseOthers, requiredMeasures } from './values.ts';

/** Reads items of a series: flat rows, or nested under `results` as in the metric's answers. */
export class SeriesItems implements ItemReader {
  readonly columns;
  readonly #metric: Metric;
  readonly #dimensions: readonly DimensionField[];
  readonly #granularity: GranularityField;
  readonly #measures: readonly MeasureField[];
  readonly #nest: string | undefined;
  readonly #outerFields: ReadonlySet<string>;
  readonly #innerFields: ReadonlySet<string>;

  constructor(metric: Metric) {
    this.#metric = metric;
    this.#dimensions = metric.dimensions.map((dimension) => new DimensionField(dimension));
    this.#granularity = new GranularityField(metric);
    this.#measures = Object.entries(metric.measures).map(
      ([name, measure]) => new MeasureField(name, measure),
    );
    this.#nest = metric.shape.kind === 'series' ? metric.shape.nest : undefined;
    const grain = grainOfPath(metric) ? [] : ['granularity'];
    const outer = [...metric.dimensions.map((dimension) => dimension.name), ...grain];
    const inner = [timestampName(metric), ...Object.keys(metric.measures)];
    const companions = this.#measures.flatMap((measure) => measure.companions);
    this.#outerFields = new Set(this.#nest === undefined ? outer : [...outer, this.#nest]);
    this.#innerFields = new Set([...inner, ...companions]);
    this.columns = {
      required: [...outer, timestampName(metric), ...requiredMeasures(metric)],
      allowed: new Set([...outer, 'granularity', ...inner, ...companions]),
      numbers: [...Object.keys(metric.measures), ...companions],
    };
  }

  append(item: Item, rows: RowsBuilder): void {
    if (this.#nest !== undefined && item[this.#nest] !== undefined) {
      this.#appendNested(item, item[this.#nest], this.#nest, rows);
      return;
    }
    const timestamps = this.#granularity.read(item);
    this.#appendRow(item, item, timestamps, rows);
    refuseOthers(item, this.columns.required.length, this.columns.allowed, this.#metric.name);
  }

  alike(fields: readonly string[]): AlikeRow | undefined {
    const { required } = this.columns;
    const { measures } = this.#metric;
    const isPlain = Object.values(measures).every(({ raw, roundUpTo }) => !raw && !roundUpTo);
    const hasAll = required.every((name) => fields.includes(name));
    const hasGranularity = fields.includes('granularity');
    if (
      !isPlain ||
      !hasAll ||
      fields.length !== required.length + Number(hasGranularity && !required.includes('granularity'))
    )
      return undefined;
    return new SeriesRow(this.#metric, fields, this.#dimensions, this.#granularity);
  }

  appendGap(item: Item, rows: RowsBuilder): void {
    const timestamps = this.#granularity.read(item);
    const dimensions = this.#dimensions.map((dimension) => dimension.read(item));
    rows.gaps.push({ grain: timestamps.grain, ordinal: timestamps.read(item), dimensions });
  }

  #appendNested(item: Item, results: unknown, nest: string, rows: RowsBuilder): void {
    const timestamps = this.#granularity.read(item);
    if (!Array.isArray(results)) throw new FieldError(nest, 'is not a list');
    results.forEach((value, index) => {
      const result = asItem(value, `${nest}[${index}]`);
      try {
        this.#appendRow(item, result, timestamps, rows);
        refuseOthers(result, 1 + this.#measures.length, this.#innerFields, this.#metric.name);
      } catch (error) {
        if (!(error instanceof FieldError) || this.#outerFields.has(error.field ?? '')) throw error;
        throw new FieldError(`${nest}[${index}].${error.field}`, error.message);
      }
    });
    refuseOthers(item, this.#outerFields.size, this.#outerFields, this.#metric.name);
  }

  #appendRow(outer: Item, inner: Item, timestamps: TimestampField, rows: RowsBuilder): void {
    for (let i = 0; i < this.#dimensions.length; i++)
      rows.dimensions[i]!.push(this.#dimensions[i]!.read(outer));
    const ordinal = timestamps.read(inner);
    for (let i = 0; i < this.#measures.length; i++) rows.measures[i]!.push(this.#measures[i]!.read(inner));
    rows.grains.push(timestamps.grain);
    rows.ordinals.push(ordinal);
  }
}

import type { Metric, TopShape } from '../core/metric/metric.ts';
import type { TopPeriod } from '../core/question/top-period.ts';
import { FieldError, excerptOf } from './bad-row.ts';
import { GrainAndTimestamp, type PeriodFields, TopPeriodFields } from './periods.ts';
import { readNumber } from './numbers.ts';
import type { ItemReader } from './item-reader.ts';
import type { RowsBuilder } from './rows-builder.ts';
import { asItem, DimensionField, type Item, MeasureField, refuseOthers, requiredMeasures } from './values.ts';

/** Reads items of a top: one list per period, or one entry per row. */
export class TopItems implements ItemReader {
  readonly columns;
  readonly #metric: Metric;
  readonly #list: string;
  readonly #dimensions: readonly DimensionField[];
  readonly #nest: string | undefined;
  readonly #period: PeriodFields;
  readonly #entry: readonly DimensionField[];
  readonly #measures: readonly MeasureField[];
  /** Whether ranks are stored. Ranks by rounded counts can only come from the source; others are computed. */
  readonly #keepsRanks: boolean;
  readonly #rankBy: string;
  readonly #listFields: ReadonlySet<string>;
  readonly #entryFields: ReadonlySet<string>;

  constructor(metric: Metric, shape: TopShape) {
    this.#metric = metric;
    this.#list = shape.list;
    this.#dimensions = metric.dimensions.map((dimension) => new DimensionField(dimension));
    this.#nest = shape.nest;
    this.#period = shape.nest ? new GrainAndTimestamp(metric) : new TopPeriodFields(metric);
    this.#entry = shape.entry.map((dimension) => new DimensionField(dimension));
    this.#measures = Object.entries(metric.measures).map(
      ([name, measure]) => new MeasureField(name, measure),
    );
    this.#rankBy = shape.rankBy;
    this.#keepsRanks = metric.measures[shape.rankBy]?.roundUpTo !== undefined;
    const outer = [...metric.dimensions.map((dimension) => dimension.name), ...this.#period.names];
    const inner = [...shape.entry.map((dimension) => dimension.name), ...Object.keys(metric.measures)];
    const beside = ['rank', ...this.#measures.flatMap((measure) => measure.companions)];
    this.#listFields = new Set([...outer, shape.list]);
    this.#entryFields = new Set([...inner, ...beside]);
    const entryNames = shape.entry.map((dimension) => dimension.name);
    this.columns = {
      required: [...outer, ...entryNames, ...requiredMeasures(metric)],
      allowed: new Set([...outer, ...inner, ...beside]),
    };
  }

  append(item: Item, rows: RowsBuilder): void {
    if (this.#nest !== undefined && item[this.#nest] !== undefined)
      this.#appendNested(item, this.#nest, rows);
    else this.#appendList(item, rows);
  }

  /** Appends one list for each result. Its period is the item's granularity and the result's timestamp. */
  #appendNested(item: Item, nest: string, rows: RowsBuilder): void {
    const { [nest]: results, ...own } = item;
    if (!Array.isArray(results)) throw new FieldError(nest, 'is not a list');
    results.forEach((value, index) => {
      const place = `${nest}[${index}]`;
      try {
        this.#appendList({ ...own, ...asItem(value, place) }, rows);
      } catch (error) {
        if (!(error instanceof FieldError) || Object.hasOwn(own, error.field ?? '')) throw error;
        throw new FieldError(`${place}.${error.field}`, error.message);
      }
    });
  }

  #appendList(item: Item, rows: RowsBuilder): void {
    const list = item[this.#list];
    const period = this.#period.read(item);
    const dimensions = this.#dimensions.map((dimension) => dimension.read(item));
    if (list === undefined) {
      this.#appendEntry(dimensions, period, item, rows);
      refuseOthers(item, this.columns.required.length, this.columns.allowed, this.#metric.name);
      return;
    }
    if (!Array.isArray(list)) throw new FieldError(this.#list, 'is not a list');
    if (list.length === 0) throw new FieldError(this.#list, 'is empty');
    for (let i = 0; i < list.length; i++) {
      const entry = asItem(list[i], `${this.#list}[${i}]`);
      try {
        this.#appendEntry(dimensions, period, entry, rows);
        refuseOthers(entry, this.#entry.length + this.#measures.length, this.#entryFields, this.#metric.name);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        throw new FieldError(`${this.#list}[${i}].${error.field}`, error.message);
      }
    }
    refuseOthers(item, this.#listFields.size, this.#listFields, this.#metric.name);
    if (this.#keepsRanks) this.#rankByRawCounts(list as readonly Item[], rows);
  }

  /** Ranks a list that has exact counts and no ranks, before rounding makes ties of them. */
  #rankByRawCounts(list: readonly Item[], rows: RowsBuilder): void {
    const raw = this.#metric.measures[this.#rankBy]?.raw ?? this.#rankBy;
    const counts = list.map((entry) => Number(entry[raw]));
    if (counts.some((value) => Number.isNaN(value)) || list.some((entry) => entry['rank'] !== undefined))
      return;
    const sorted = counts.toSorted((a, b) => b - a);
    const first = rows.ranks.length - list.length;
    counts.forEach((value, i) => (rows.ranks[first + i] = sorted.indexOf(value) + 1));
  }

  #appendEntry(dimensions: readonly string[], period: TopPeriod, entry: Item, rows: RowsBuilder): void {
    for (let i = 0; i < dimensions.length; i++) rows.dimensions[i]!.push(dimensions[i]!);
    for (let i = 0; i < this.#entry.length; i++) rows.entry[i]!.push(this.#entry[i]!.read(entry));
    for (let i = 0; i < this.#measures.length; i++) rows.measures[i]!.push(this.#measures[i]!.read(entry));
    rows.ranks.push(this.#keepsRanks ? readRank(entry['rank']) : null);
    rows.grains.push(period.grain);
    rows.ordinals.push(period.ordinal);
  }
}

function readRank(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const rank = readNumber('count', value);
  if (rank) return rank;
  throw new FieldError('rank', `${excerptOf(value)} is not a rank`);
}

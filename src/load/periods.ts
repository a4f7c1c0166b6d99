import { timestampName } from '../core/metric/item-fields.ts';
import type { Metric } from '../core/metric/metric.ts';
import { grainOfPath } from '../core/metric/path-parameters.ts';
import { GRAINS, type Grain, type Ordinal, ordinalAt, parseTimestamp, startOf } from '../core/time/time.ts';
import { ALL_DAYS, hasDays, type TopPeriod } from '../core/question/top-period.ts';
import { FieldError, excerptOf } from './bad-row.ts';
import { type Item, Memo, readText } from './values.ts';

/** The grains that a metric stores rows of, finest first. Grains summed when read have no rows. */
export function storedGrains(metric: Metric): Grain[] {
  return GRAINS.filter((grain) => metric.grains[grain] !== undefined && metric.grains[grain] !== 'summed');
}

const UNIT: Record<Grain, string> = {
  hourly: 'an hour',
  daily: 'a day',
  weekly: 'a week',
  monthly: 'a month',
  yearly: 'a year',
};

/** Reads timestamps of one grain as ordinals. */
export class TimestampField {
  readonly grain: Grain;
  readonly #name: string;
  readonly #memo = new Memo<Ordinal>();

  constructor(grain: Grain, name: string) {
    this.grain = grain;
    this.#name = name;
  }

  /** @throws FieldError */
  read(item: Item): Ordinal {
    return this.readText(readText(item, this.#name));
  }

  /** @throws FieldError */
  readText(text: string): Ordinal {
    return this.#memo.get(text) ?? this.#memo.set(text, this.#parse(text));
  }

  #parse(text: string): Ordinal {
    const ms = parseTimestamp(text);
    if (ms === undefined) throw new FieldError(this.#name, `${excerptOf(text)} is not a date`);
    const ordinal = ordinalAt(this.grain, ms);
    if (startOf(this.grain, ordinal) !== ms)
      throw new FieldError(this.#name, `${excerptOf(text)} is not the start of ${UNIT[this.grain]}`);
    return ordinal;
  }
}

/**
 * Reads the field `granularity`, which says how to read the timestamp. It is optional if the metric's path
 * has none.
 */
export class GranularityField {
  readonly #grains: ReadonlyMap<string, TimestampField>;
  /** The field of the only grain, where items need no granularity. */
  readonly only: TimestampField | undefined;

  constructor(metric: Metric) {
    const name = timestampName(metric);
    this.#grains = new Map(storedGrains(metric).map((grain) => [grain, new TimestampField(grain, name)]));
    this.only = this.#grains.get(grainOfPath(metric) ?? '');
  }

  /** @throws FieldError */
  read(item: Item): TimestampField {
    if (this.only && item['granularity'] === undefined) return this.only;
    return this.readText(readText(item, 'granularity'));
  }

  /** @throws FieldError */
  readText(text: string): TimestampField {
    const field = this.#grains.get(text);
    if (field) return field;
    const stored = [...this.#grains.keys()].join(', ');
    throw new FieldError('granularity', `${excerptOf(text)} is not stored; this metric stores ${stored}`);
  }
}

/** The fields by which the items of a top name their period. */
export interface PeriodFields {
  readonly names: readonly string[];
  /** @throws FieldError */
  read(item: Item): TopPeriod;
}

/** The fields `granularity` and `timestamp`. */
export class GrainAndTimestamp implements PeriodFields {
  readonly names = ['granularity', 'timestamp'];
  readonly #granularity: GranularityField;

  constructor(metric: Metric) {
    this.#granularity = new GranularityField(metric);
  }

  read(item: Item): TopPeriod {
    const timestamps = this.#granularity.read(item);
    return { grain: timestamps.grain, ordinal: timestamps.read(item) };
  }
}

/** The fields `year`, `month` and `day` if the metric's path has it. */
export class TopPeriodFields implements PeriodFields {
  readonly names: readonly string[];
  readonly #metric: Metric;
  readonly #memo = new Memo<TopPeriod>();

  constructor(metric: Metric) {
    this.#metric = metric;
    this.names = hasDays(metric) ? ['year', 'month', 'day'] : ['year', 'month'];
  }

  /** @throws FieldError */
  read(item: Item): TopPeriod {
    const year = readText(item, 'year');
    const month = readText(item, 'month');
    const day = this.names.length === 3 ? readText(item, 'day') : ALL_DAYS;
    const memo = `${year}/${month}/${day}`;
    return this.#memo.get(memo) ?? this.#memo.set(memo, this.#parse(year, month, day));
  }

  #parse(year: string, month: string, day: string): TopPeriod {
    const grain: Grain = day === ALL_DAYS ? 'monthly' : 'daily';
    if (!storedGrains(this.#metric).includes(grain))
      throw new FieldError('day', `${this.#metric.name} has no ${grain} lists`);
    if (!/^\d{4}$/.test(year)) throw new FieldError('year', `${excerptOf(year)} is not a year`);
    if (!/^(0?[1-9]|1[0-2])$/.test(month))
      throw new FieldError('month', `${excerptOf(month)} is not a month`);
    const ms = parseTimestamp(
      `${year}${month.padStart(2, '0')}${day === ALL_DAYS ? '01' : day.padStart(2, '0')}`,
    );
    if (ms === undefined) throw new FieldError('day', `${excerptOf(day)} is not a day of that month`);
    return { grain, ordinal: ordinalAt(grain, ms) };
  }
}

import { orGap } from '../core/question/answer.ts';
import { topPeriodFields } from '../core/question/top-period.ts';
import { timestampsOf } from '../formats/timestamps.ts';
import { nameOf } from '../core/metric/dimension.ts';
import { dimensionIndex, type Metric, type TopShape } from '../core/metric/metric.ts';
import { rowFields, timestampName } from '../core/metric/item-fields.ts';
import type { Rows } from '../core/metric/table.ts';
import type { Ordinal } from '../core/time/time.ts';
import { grainAt } from './rows-builder.ts';

/** Turns rows into text that import reads. */
export interface RowText {
  readonly header: string;
  add(rows: Rows): string;
  /** Returns the rest of the text, after the last rows of a span. */
  end(): string;
}

export type ExportFormat = 'ndjson' | 'csv' | 'tsv';

export function rowTextOf(metric: Metric, format: ExportFormat): RowText {
  const { shape } = metric;
  if (format !== 'ndjson') return new CsvText(metric, format === 'csv' ? ',' : '\t');
  return shape.kind === 'top' ? new ListText(metric, shape) : new FlatText(metric);
}

type Value = string | number | null | undefined;

/** Reads one field of a row; undefined if the row lacks it, for instance a rank that wasn't given. */
type Field = (rows: Rows, i: number) => Value;

/** Returns the stored fields of a row, in the order of the metric's items. Buckets are not stored. */
function storedFields(metric: Metric): { name: string; read: Field }[] {
  return rowFields(metric).flatMap((name) => {
    const read = fieldOf(metric, name);
    return read ? [{ name: name === 'timestamp' ? timestampName(metric) : name, read }] : [];
  });
}

function fieldOf(metric: Metric, name: string): Field | undefined {
  const { shape } = metric;
  const dimension = dimensionIndex(metric, name);
  if (dimension >= 0) return (rows, i) => rows.dimensions[dimension]![i];
  const measure = Object.keys(metric.measures).indexOf(name);
  if (measure >= 0) return (rows, i) => orGap(rows.measures[measure]![i]);
  if (shape.kind === 'series') {
    if (name === 'granularity') return grainAt;
    if (name === 'timestamp')
      return (rows, i) => timestampsOf(metric.timestamp, grainAt(rows, i))(rows.ordinals[i] as Ordinal);
    return undefined;
  }
  const entry = shape.entry.findIndex((other) => other.name === name);
  if (entry >= 0) {
    return shape.entry[entry]?.nullable
      ? (rows, i) => nameOf(rows.entry[entry]![i] as string)
      : (rows, i) => rows.entry[entry]![i];
  }
  if (name === 'rank') return (rows, i) => rows.ranks?.[i] ?? undefined;
  if (name === 'year' || name === 'month' || name === 'day' || name === 'granularity' || name === 'timestamp')
    return (rows, i) =>
      topPeriodFields({ grain: grainAt(rows, i), ordinal: rows.ordinals[i] as Ordinal })[name];
  return undefined;
}

/** Writes one JSON object a row. */
class FlatText implements RowText {
  readonly header = '';
  readonly #fields;

  constructor(metric: Metric) {
    this.#fields = storedFields(metric);
  }

  add(rows: Rows): string {
    let text = '';
    for (let i = 0; i < rows.length; i++) text += `${objectOf(this.#fields, rows, i)}\n`;
    return text;
  }

  end(): string {
    return '';
  }
}

function objectOf(fields: readonly { name: string; read: Field }[], rows: Rows, i: number): string {
  return `{${membersOf(fields, rows, i)}}`;
}

function membersOf(fields: readonly { name: string; read: Field }[], rows: Rows, i: number): string {
  let text = '';
  for (const { name, read } of fields) {
    const value = read(rows, i);
    if (value !== undefined) text += `${text === '' ? '' : ','}"${name}":${JSON.stringify(value)}`;
  }
  return text;
}

/** Writes one JSON object a list. */
class ListText implements RowText {
  readonly header = '';
  readonly #list: string;
  readonly #own;
  readonly #entry;
  /** The list's own members, while the list is being written. */
  #open: string | undefined;

  constructor(metric: Metric, shape: TopShape) {
    this.#list = shape.list;
    const fields = storedFields(metric);
    this.#own = fields.filter(({ name }) => !shape.fields.includes(name));
    this.#entry = fields.filter(({ name }) => shape.fields.includes(name));
  }

  add(rows: Rows): string {
    let text = '';
    for (let i = 0; i < rows.length; i++) {
      const own = membersOf(this.#own, rows, i);
      text += own === this.#open ? ',' : `${this.end()}{${own},"${this.#list}":[`;
      this.#open = own;
      text += objectOf(this.#entry, rows, i);
    }
    return text;
  }

  end(): string {
    const text = this.#open === undefined ? '' : ']}\n';
    this.#open = undefined;
    return text;
  }
}

/** Writes a header and records as in RFC 4180, separated by commas or tabs. */
class CsvText implements RowText {
  readonly header: string;
  readonly #fields;
  readonly #separator: ',' | '\t';

  constructor(metric: Metric, separator: ',' | '\t') {
    this.#fields = storedFields(metric);
    this.#separator = separator;
    this.header = `${this.#fields.map(({ name }) => name).join(separator)}\n`;
  }

  add(rows: Rows): string {
    let text = '';
    for (let i = 0; i < rows.length; i++) {
      text += `${this.#fields.map(({ read }) => quoted(read(rows, i))).join(this.#separator)}\n`;
    }
    return text;
  }

  end(): string {
    return '';
  }
}

function quoted(value: Value): string {
  const text = String(value ?? '');
  return /[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

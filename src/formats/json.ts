import {
  PRESENCE,
  seriesInOrder,
  seriesTogether,
  type Answer,
  type Entries,
  type RankedList,
  type Series,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/answer.ts';
import { nameOf } from '../core/dimension.ts';
import type { Metric, TopShape } from '../core/metric.ts';
import { rowFields } from '../core/item-fields.ts';
import { bucketOf } from '../core/privacy.ts';
import { topPeriodFields } from '../core/top-period.ts';
import { namedBy, valueNameOf, withNames } from '../core/value-names.ts';
import { ByteWriter } from './byte-writer.ts';
import { bytesFor, constantOf, isInRow, templateOf, valueOf, writeRows } from './json-rows.ts';
import type { RowStyle } from './row-style.ts';
import { timestampsOf } from './timestamps.ts';
import { ownOnly } from '../core/named.ts';

/** About as many as an item of a series has. */
const ITEM_BYTES = 200;

/** AQS: `{"items":[…]}`, the fields in the metric's order. */
export function renderJson(answer: Answer, style: RowStyle = {}): Buffer {
  const out = new ByteWriter(bytesFor(answer, ITEM_BYTES));
  out.text('{"items":[');
  writeItems(answer, style, ',', out);
  out.text(']}');
  return out.finish();
}

/** One JSON item a line. */
export function renderNdjson(answer: Answer, style: RowStyle = {}): Buffer {
  const out = new ByteWriter(bytesFor(answer, ITEM_BYTES));
  writeItems(answer, style, '\n', out);
  out.text('\n');
  return out.finish();
}

function writeItems(answer: Answer, style: RowStyle, separator: string, out: ByteWriter): void {
  if (answer.kind === 'top') {
    out.text(answer.lists.map((list) => topItem(answer, list, style, separator)).join(separator));
    return;
  }
  const { metric } = answer;
  const nested = metric.shape.kind === 'series' && metric.shape.nest !== undefined;
  const template = templateOf(metric, answer.series.length === seriesTogether(metric), style);
  let first = true;
  for (const series of seriesInOrder(answer)) {
    if (!series.presence.some((there) => there !== PRESENCE.absent)) continue;
    if (!first) out.text(separator);
    first = false;
    if (nested) writeNestedItem(answer, series, style, out);
    else writeRows(answer, series, template, style, separator, out);
  }
}

/** An item whose rows are a list in it (AQS: the edit families). */
function writeNestedItem(answer: SeriesAnswer, series: Series, style: RowStyle, out: ByteWriter): void {
  const own = withNames(rowFields(answer.metric), style.names).filter(
    (field) => !isInRow(answer.metric, field),
  );
  const members = own.map((field) => member(field, constantOf(answer, series, field)));
  out.text(`{${members.join(',')},"results":[`);
  writeRows(answer, series, templateOf(answer.metric, true, style), style, ',', out);
  out.text(']}');
}

/** A member of a JSON object. */
export function member(name: string, value: string | null): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** The members that an item of a list has beside its entries. */
export function topOwn(answer: TopAnswer, list: RankedList, shape: TopShape, style: RowStyle): string {
  const { metric } = answer;
  const period = ownOnly(topPeriodFields(answer));
  const own = [...Object.keys(period), ...metric.dimensions.map(({ name }) => name)];
  const fields = rowFields(metric).filter(
    (field) => own.includes(field) && !(shape.nest && field === 'timestamp'),
  );
  return withNames(fields, style.names)
    .map((field) => member(field, period[field] ?? valueOf(metric, list.values, field)))
    .join(',');
}

function topItem(answer: TopAnswer, list: RankedList, style: RowStyle, separator: string): string {
  const shape = answer.metric.shape as TopShape;
  const fields = withNames(shape.fields, style.names);
  const values = fields.map((field) => entryField(answer.metric, list.entries, field));
  const keys = fields.map((field) => `${JSON.stringify(field)}:`);
  const own = topOwn(answer, list, shape, style);
  const begin = shape.flat && answer.lists.length > 1 ? `{${own},` : '{';
  let entries = '';
  for (let i = 0; i < list.entries.length; i++) {
    if (i > 0) entries += shape.flat ? separator : ',';
    entries += begin;
    for (let f = 0; f < keys.length; f++)
      entries += `${f > 0 ? ',' : ''}${keys[f]}${JSON.stringify(values[f]?.(i))}`;
    entries += '}';
  }
  if (shape.flat) return entries;
  const ranked = `${JSON.stringify(shape.list)}:[${entries}]`;
  if (!shape.nest) return `{${own},${ranked}}`;
  const timestamp =
    style.time === 'iso'
      ? timestampsOf('instant', answer.grain)(answer.ordinal)
      : topPeriodFields(answer).timestamp;
  return `{${own},${JSON.stringify(shape.nest)}:[{"timestamp":${JSON.stringify(timestamp)},${ranked}}]}`;
}

/** How to get a field of a top's entries: a ranked dimension or its name, the rank, a measure, or a measure's bucket. */
export function entryField(
  metric: Metric,
  entries: Entries,
  field: string,
): (i: number) => string | number | null {
  const shape = metric.shape as TopShape;
  const dimension = shape.entry.findIndex((ranked) => ranked.name === field);
  if (dimension >= 0) {
    const values = entries.dimensions[dimension] as readonly string[];
    return shape.entry[dimension]?.nullable ? (i) => nameOf(values[i] as string) : (i) => values[i] as string;
  }
  const named = namedBy(metric, field);
  if (named) {
    const values = entries.dimensions[shape.entry.indexOf(named)] as readonly string[];
    return (i) => valueNameOf(named, values[i] as string);
  }
  if (field === 'rank') return (i) => entries.ranks[i] as number;
  const names = Object.keys(metric.measures);
  const measure = names.indexOf(field);
  if (measure >= 0) return (i) => entries.measures[measure]?.[i] as number;
  const bucket = Object.values(metric.measures).findIndex((one) => one.bucket === field);
  return (i) => bucketOf(entries.measures[bucket]?.[i] as number);
}

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
import { ByteWriter } from './byte-writer.ts';
import { bytesFor, constantOf, isInRow, templateOf, writeRows } from './json-rows.ts';

/** About as many as an item of a series has. */
const ITEM_BYTES = 200;

/** AQS: `{"items":[…]}`, the fields in the metric's order. */
export function renderJson(answer: Answer): Buffer {
  const out = new ByteWriter(bytesFor(answer, ITEM_BYTES));
  out.text('{"items":[');
  writeItems(answer, ',', out);
  out.text(']}');
  return out.finish();
}

/** One JSON item a line. */
export function renderNdjson(answer: Answer): Buffer {
  const out = new ByteWriter(bytesFor(answer, ITEM_BYTES));
  writeItems(answer, '\n', out);
  out.text('\n');
  return out.finish();
}

function writeItems(answer: Answer, separator: string, out: ByteWriter): void {
  if (answer.kind === 'top') {
    out.text(answer.lists.map((list) => topItem(answer, list, separator)).join(separator));
    return;
  }
  const { metric } = answer;
  const nested = metric.shape.kind === 'series' && metric.shape.nest !== undefined;
  const template = templateOf(metric, answer.series.length === seriesTogether(metric));
  let first = true;
  for (const series of seriesInOrder(answer)) {
    if (!series.presence.some((there) => there !== PRESENCE.absent)) continue;
    if (!first) out.text(separator);
    first = false;
    if (nested) writeNestedItem(answer, series, out);
    else writeRows(answer, series, template, separator, out);
  }
}

/** An item whose rows are a list in it (AQS: the edit families). */
function writeNestedItem(answer: SeriesAnswer, series: Series, out: ByteWriter): void {
  const own = rowFields(answer.metric).filter((field) => !isInRow(answer.metric, field));
  const members = own.map((field) => member(field, constantOf(answer, series, field)));
  out.text(`{${members.join(',')},"results":[`);
  writeRows(answer, series, templateOf(answer.metric, true), ',', out);
  out.text(']}');
}

/** A member of a JSON object. */
export function member(name: string, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** The members that an item of a list has beside its entries. */
export function topOwn(answer: TopAnswer, list: RankedList, shape: TopShape): string {
  const fields: Record<string, string> = {
    ...Object.fromEntries(answer.metric.dimensions.map((d, i) => [d.name, list.values[i] as string])),
    ...topPeriodFields(answer),
  };
  return rowFields(answer.metric)
    .filter((field) => field in fields && !(shape.nest && field === 'timestamp'))
    .map((field) => member(field, fields[field] as string))
    .join(',');
}

function topItem(answer: TopAnswer, list: RankedList, separator: string): string {
  const shape = answer.metric.shape as TopShape;
  const values = shape.fields.map((field) => entryField(answer.metric, list.entries, field));
  const keys = shape.fields.map((field) => `${JSON.stringify(field)}:`);
  const own = topOwn(answer, list, shape);
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
  const { timestamp } = topPeriodFields(answer);
  return `{${own},${JSON.stringify(shape.nest)}:[{"timestamp":${JSON.stringify(timestamp)},${ranked}}]}`;
}

/** How to get a field of a top's entries: a ranked dimension, the rank, a measure, or a measure's bucket. */
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
  if (field === 'rank') return (i) => entries.ranks[i] as number;
  const names = Object.keys(metric.measures);
  const measure = names.indexOf(field);
  if (measure >= 0) return (i) => entries.measures[measure]?.[i] as number;
  const bucket = Object.values(metric.measures).findIndex((one) => one.bucket === field);
  return (i) => bucketOf(entries.measures[bucket]?.[i] as number);
}

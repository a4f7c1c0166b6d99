import {
  PRESENCE,
  seriesInOrder,
  seriesTogether,
  type Answer,
  type RankedList,
  type Series,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/question/answer.ts';
import type { TopShape } from '../core/metric/metric.ts';
import { rowFields } from '../core/metric/item-fields.ts';
import type { PathPlan } from '../core/question/plan.ts';
import { topPeriodFields } from '../core/question/top-period.ts';
import { withNames } from '../core/metric/value-names.ts';
import { ByteWriter } from './byte-writer.ts';
import { columns } from './json-columns.ts';
import { bytesFor, constantOf, isInRow, templateOf, writeRows } from './json-rows.ts';
import type { Format } from './form.ts';
import { openMembers } from './open-rows.ts';
import { renderQueryJson, renderQueryNdjson } from './query.ts';
import type { RowStyle } from './row-style.ts';
import { textRows, type Sheet, type SheetRows } from './sheet.ts';
import { entryField, member, topOwn } from './top-fields.ts';
import { timestampsOf } from './timestamps.ts';

/** About as many bytes as an item of a series takes. */
const ITEM_BYTES = 200;

/** AQS's JSON: `{"items":[…]}`, the fields in the metric's order. */
export const json = {
  type: 'application/json; charset=utf-8',
  suffix: '.json',
  label: 'JSON',
  doc: 'items; the default',
  hasRows: true,
  render: (answer: Answer, _plan: PathPlan, style: RowStyle = {}) => {
    const out = new ByteWriter(bytesFor(answer, ITEM_BYTES));
    out.text('{"items":[');
    writeItems(answer, style, ',', out);
    out.text(']}');
    return out.finish();
  },
  renderQuery: renderQueryJson,
  shapes: { columns },
} as const satisfies Format;

/** NDJSON: one item on each line. */
export const ndjson = {
  type: 'application/x-ndjson; charset=utf-8',
  suffix: '.ndjson',
  label: 'NDJSON',
  doc: 'one JSON object on each line',
  hasRows: true,
  isSaved: true,
  render: (answer: Answer, _plan: PathPlan, style: RowStyle = {}) => {
    const out = new ByteWriter(bytesFor(answer, ITEM_BYTES));
    writeItems(answer, style, '\n', out);
    out.text('\n');
    return out.finish();
  },
  renderQuery: renderQueryNdjson,
  write: async function* (sheet: Sheet, batches: AsyncIterable<SheetRows> | Iterable<SheetRows>) {
    const keys = sheet.columns.map(({ name }) => `${JSON.stringify(name)}:`);
    for await (const batch of batches)
      yield Buffer.from(
        textRows(sheet, batch)
          .map((row) => `{${row.map((cell, c) => `${keys[c]}${JSON.stringify(cell)}`).join(',')}}\n`)
          .join(''),
      );
  },
} as const satisfies Format;

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

/** Writes an item that contains its rows as a list (AQS: the edit families). */
function writeNestedItem(answer: SeriesAnswer, series: Series, style: RowStyle, out: ByteWriter): void {
  out.text(nestedOpening(answer, series, style));
  writeRows(answer, series, templateOf(answer.metric, true, style), style, ',', out);
  out.text(NESTED_END);
}

/** The beginning of an item that contains its rows: all up to the first row. */
export function nestedOpening(answer: SeriesAnswer, series: Series, style: RowStyle): string {
  const own = withNames(rowFields(answer.metric), style.names).filter(
    (field) => !isInRow(answer.metric, field),
  );
  const members = own.map((field) => member(field, constantOf(answer, series, field)));
  return `{${members.join(',')},"results":[`;
}

/** The end of such an item. */
export const NESTED_END = ']}';

/** A ranked list as JSON. @param separator stands between the items of a metric whose entries are items */
export function topItem(answer: TopAnswer, list: RankedList, style: RowStyle, separator: string): string {
  const shape = answer.metric.shape as TopShape;
  const fields = withNames(shape.fields, style.names);
  const values = fields.map((field) => entryField(answer.metric, list.entries, field));
  const keys = fields.map((field) => `${JSON.stringify(field)}:`);
  const own = topOwn(answer, list, shape, style);
  const open = openMembers(answer.open);
  const begin = shape.flat && answer.lists.length > 1 ? `{${own},` : '{';
  const end = shape.flat ? `${open}}` : '}';
  let entries = '';
  for (let i = 0; i < list.entries.length; i++) {
    if (i > 0) entries += shape.flat ? separator : ',';
    entries += begin;
    for (let f = 0; f < keys.length; f++)
      entries += `${f > 0 ? ',' : ''}${keys[f]}${JSON.stringify(values[f]?.(i))}`;
    entries += end;
  }
  if (shape.flat) return entries;
  const ranked = `${JSON.stringify(shape.list)}:[${entries}]`;
  if (!shape.nest) return `{${own},${ranked}${open}}`;
  const timestamp =
    style.time === 'iso'
      ? timestampsOf('instant', answer.grain)(answer.ordinal)
      : topPeriodFields(answer).timestamp;
  return `{${own},${JSON.stringify(shape.nest)}:[{"timestamp":${JSON.stringify(timestamp)},${ranked}}]${open}}`;
}

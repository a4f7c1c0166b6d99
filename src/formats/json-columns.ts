import {
  PRESENCE,
  type Answer,
  type RankedList,
  type Series,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/question/answer.ts';
import { isoTime } from '../core/question/as-of.ts';
import type { TopShape } from '../core/metric/metric.ts';
import { rowFields } from '../core/metric/item-fields.ts';
import { withNames } from '../core/metric/value-names.ts';
import { ByteWriter } from './byte-writer.ts';
import { bytesFor, constantOf } from './json-rows.ts';
import type { Form } from './form.ts';
import { timeTextOf, type RowStyle } from './row-style.ts';
import { timestampBytesOf, timestampsOf } from './timestamps.ts';
import { entryField, member, topOwn } from './top-fields.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
/** About as many bytes as a timestamp and a number take. */
const ROW_BYTES = 30;

/**
 * `shape=columns`: one item for each series, with an array of timestamps and one array for each measure.
 * Members beside the items list the values without rows, and say from when on rows are provisional.
 */
export const columns: Form = {
  type: 'application/json; charset=utf-8',
  suffix: '.json',
  hasRows: true,
  render: (answer, _plan, style = {}) => renderColumns(answer, style),
};

function renderColumns(answer: Answer, style: RowStyle): Buffer {
  if (answer.kind === 'top') {
    const items = answer.lists.map((list) => topColumns(answer, list, style));
    return Buffer.from(`{"items":[${items.join(',')}]${membersBeside(answer, style)}}`);
  }
  const out = new ByteWriter(bytesFor(answer, ROW_BYTES));
  out.text('{"items":[');
  answer.series.forEach((series, i) => {
    if (i > 0) out.byte(COMMA);
    writeSeriesColumns(answer, series, style, out);
  });
  out.text(`]${membersBeside(answer, style)}}`);
  return out.finish();
}

/** The members that list the values without rows, and that say from when on rows are provisional. */
function membersBeside({ noRows, open, metric, grain }: Answer, style: RowStyle): string {
  const absent = noRows.length === 0 ? '' : `,"noRows":${JSON.stringify(noRows)}`;
  if (!open) return absent;
  const from = timestampsOf(timeTextOf(metric, style), grain)(open.from);
  return `${absent},"open":${JSON.stringify({ from, asOf: isoTime(open.asOfMs) })}`;
}

function writeSeriesColumns(answer: SeriesAnswer, series: Series, style: RowStyle, out: ByteWriter): void {
  const { metric, grain } = answer;
  const { presence, first, measures } = series;
  const timestamps = timestampBytesOf(timeTextOf(metric, style), grain);
  const own = rowFields(metric).filter(
    (field) => field !== 'timestamp' && !Object.hasOwn(metric.measures, field),
  );
  const members = withNames(own, style.names).map(
    (field) => `${member(field, constantOf(answer, series, field))},`,
  );
  out.text(`{${members.join('')}"timestamps":[`);
  eachRow(presence, out, (i) => {
    out.byte(QUOTE);
    const ordinal = first + i;
    out.part(timestamps.blockOf(ordinal), timestamps.placeOf(ordinal), timestamps.width);
    out.byte(QUOTE);
  });
  Object.keys(metric.measures).forEach((name, m) => {
    out.text(`],${JSON.stringify(name)}:[`);
    const numbers = measures[m] as Float64Array;
    eachRow(presence, out, (i) => {
      const number = numbers[i] as number;
      if (presence[i] === PRESENCE.nulls || Number.isNaN(number)) out.text('null');
      else out.number(number);
    });
  });
  out.text(']}');
}

/** Calls `write` for each row, with commas between. */
function eachRow(presence: Uint8Array, out: ByteWriter, write: (i: number) => void): void {
  let began = false;
  for (let i = 0; i < presence.length; i++) {
    if (presence[i] === PRESENCE.absent) continue;
    if (began) out.byte(COMMA);
    began = true;
    write(i);
  }
}

function topColumns(answer: TopAnswer, list: RankedList, style: RowStyle): string {
  const shape = answer.metric.shape as TopShape;
  const columns = withNames(shape.fields, style.names).map((field) => {
    const value = entryField(answer.metric, list.entries, field);
    return `${JSON.stringify(field)}:${JSON.stringify(Array.from({ length: list.entries.length }, (_, i) => value(i)))}`;
  });
  return `{${topOwn(answer, list, shape, style)},${columns.join(',')}}`;
}

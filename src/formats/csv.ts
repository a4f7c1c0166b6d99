import {
  orGap,
  PRESENCE,
  seriesInOrder,
  type Answer,
  type RankedList,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/answer.ts';
import type { TopShape } from '../core/metric.ts';
import { rowFields, timestampName } from '../core/item-fields.ts';
import { withNames } from '../core/value-names.ts';
import { guardedText } from './formulas.ts';
import { entryField } from './json.ts';
import { constantOf, valueOf } from './json-rows.ts';
import type { RowStyle } from './row-style.ts';
import { timestampsOf } from './timestamps.ts';
import { topPeriodFields } from '../core/top-period.ts';
import { ownOnly } from '../core/named.ts';

type Cell = string | number | null;

/** RFC 4180, a header first: the fields of the rows in the metric's order, dates as `2024-03-01`. */
export function renderCsv(answer: Answer, style: RowStyle = {}): Buffer {
  return renderTable(answer, style, ',', '\r\n');
}

/** The same with tabs; a value that has a tab or a line break is quoted. */
export function renderTsv(answer: Answer, style: RowStyle = {}): Buffer {
  return renderTable(answer, style, '\t', '\n');
}

function renderTable(answer: Answer, style: RowStyle, separator: string, end: string): Buffer {
  const { metric } = answer;
  const line = (cells: readonly Cell[]): string => lineOf(cells, separator, style) + end;
  const fields = withNames(rowFields(metric), style.names);
  let text = line(fields.map((field) => (field === 'timestamp' ? timestampName(metric) : field)));
  const rows =
    answer.kind === 'top'
      ? answer.lists.flatMap((list) => topRows(answer, list, fields, style))
      : seriesRows(answer, fields, style);
  for (const row of rows) text += line(row);
  return Buffer.from(text);
}

/** A line of a table, without its end: texts quoted where they have to be, nothing for null. */
export function lineOf(cells: readonly Cell[], separator: string, { guarded }: RowStyle): string {
  return cells
    .map((cell) => {
      if (typeof cell !== 'string') return String(cell ?? '');
      return quoted(guarded ? guardedText(cell) : cell, separator);
    })
    .join(separator);
}

function quoted(value: string, separator: string): string {
  return value.includes('"') || value.includes(separator) || value.includes('\n') || value.includes('\r')
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}

function seriesRows(answer: SeriesAnswer, fields: readonly string[], style: RowStyle): Cell[][] {
  const { metric, grain } = answer;
  const date = timestampsOf(dateText(style), grain);
  const measures = Object.keys(metric.measures);
  return [...seriesInOrder(answer)].flatMap((series) => {
    const { first, presence, measures: columns } = series;
    const cells = fields.map((field): ((i: number) => Cell) => {
      if (field === 'timestamp') return (i) => date(first + i);
      const measure = measures.indexOf(field);
      if (measure >= 0) return (i) => (presence[i] === PRESENCE.nulls ? null : orGap(columns[measure]?.[i]));
      const value = constantOf(answer, series, field);
      return () => value;
    });
    return [...presence.keys()]
      .filter((i) => presence[i] !== PRESENCE.absent)
      .map((i) => cells.map((cell) => cell(i)));
  });
}

function topRows(answer: TopAnswer, list: RankedList, fields: readonly string[], style: RowStyle): Cell[][] {
  const { metric } = answer;
  const shape = metric.shape as TopShape;
  const ranked = withNames(shape.fields, style.names);
  const period = ownOnly({
    ...topPeriodFields(answer),
    timestamp: timestampsOf(dateText(style), answer.grain)(answer.ordinal),
  });
  const cells = fields.map((field): ((i: number) => Cell) => {
    if (ranked.includes(field)) return entryField(metric, list.entries, field);
    const value = period[field] ?? valueOf(metric, list.values, field);
    return () => value;
  });
  return Array.from({ length: list.entries.length }, (_, i) => cells.map((cell) => cell(i)));
}

/** Hours are `2024-03-01T06Z`, unless what every program reads is asked for. */
function dateText({ time }: RowStyle): 'date' | 'instant' {
  return time === 'iso' ? 'instant' : 'date';
}

import {
  orGap,
  PRESENCE,
  seriesInOrder,
  type Answer,
  type RankedList,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/question/answer.ts';
import type { TopShape } from '../core/metric/metric.ts';
import { rowFields, timestampName } from '../core/metric/item-fields.ts';
import { ownOnly } from '../core/value/named.ts';
import { withNames } from '../core/metric/value-names.ts';
import { constantOf, valueOf } from './json-rows.ts';
import { OPEN_FIELDS, openCells } from './open-rows.ts';
import type { RowStyle } from './row-style.ts';
import { timestampsOf } from './timestamps.ts';
import { entryField } from './top-fields.ts';
import { topPeriodFields } from '../core/question/top-period.ts';

export type Cell = string | number | null;

/** Rows and columns: all that a tabular form needs to know of any answer. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** An answer as a table: the fields of the rows in the metric's order, dates as `2024-03-01`. */
export function answerTable(answer: Answer, style: RowStyle): Table {
  const { metric } = answer;
  const fields = withNames(rowFields(metric), style.names);
  return {
    columns: [
      ...fields.map((field) => (field === 'timestamp' ? timestampName(metric) : field)),
      ...(answer.open ? OPEN_FIELDS : []),
    ],
    rows:
      answer.kind === 'top'
        ? answer.lists.flatMap((list) => topRows(answer, list, fields, style))
        : seriesRows(answer, fields, style),
  };
}

function seriesRows(answer: SeriesAnswer, fields: readonly string[], style: RowStyle): Cell[][] {
  const { metric, grain, open } = answer;
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
      .map((i) => {
        const row = cells.map((cell) => cell(i));
        if (open) row.push(...openCells(open, first + i >= open.from));
        return row;
      });
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
  if (answer.open) cells.push(...openCells(answer.open, true).map((cell) => () => cell));
  return Array.from({ length: list.entries.length }, (_, i) => cells.map((cell) => cell(i)));
}

/** The format of dates: as by `formatInstant` for `time=iso`, otherwise as by `formatDate`. */
function dateText({ time }: RowStyle): 'date' | 'instant' {
  return time === 'iso' ? 'instant' : 'date';
}

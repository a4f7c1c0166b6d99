import {
  orGap,
  PRESENCE,
  seriesInOrder,
  type Answer,
  type RankedList,
  type SeriesAnswer,
  type TopAnswer,
} from '../core/answer.ts';
import { dimensionIndex, type TopShape } from '../core/metric.ts';
import { rowFields, timestampName } from '../core/item-fields.ts';
import { entryField } from './json.ts';
import { timestampsOf } from './timestamps.ts';
import { topPeriodFields } from '../core/top-period.ts';

/** RFC 4180, a header first: the fields of the rows in the metric's order, dates as `2024-03-01`. */
export function renderCsv(answer: Answer): Buffer {
  return renderTable(answer, ',', '\r\n');
}

/** The same with tabs; a value that has a tab or a line break is quoted. */
export function renderTsv(answer: Answer): Buffer {
  return renderTable(answer, '\t', '\n');
}

function renderTable(answer: Answer, separator: string, end: string): Buffer {
  const quote = (value: string): string => quoted(value, separator);
  const { metric } = answer;
  const names = rowFields(metric).map((field) => (field === 'timestamp' ? timestampName(metric) : field));
  let text = names.map(quote).join(separator) + end;
  const rows =
    answer.kind === 'top' ? answer.lists.flatMap((list) => topRows(answer, list)) : seriesRows(answer);
  for (const row of rows) text += row.map(quote).join(separator) + end;
  return Buffer.from(text);
}

export function quoted(value: string, separator: string): string {
  return value.includes('"') || value.includes(separator) || value.includes('\n') || value.includes('\r')
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}

function seriesRows(answer: SeriesAnswer): string[][] {
  const { metric, grain } = answer;
  const date = timestampsOf('date', grain);
  const measures = Object.keys(metric.measures);
  const fields = rowFields(metric).map((field) => ({
    field,
    dimension: dimensionIndex(metric, field),
    measure: measures.indexOf(field),
  }));
  return [...seriesInOrder(answer)].flatMap(({ values, first, presence, measures: columns }) =>
    [...presence.keys()]
      .filter((i) => presence[i] !== PRESENCE.absent)
      .map((i) =>
        fields.map(({ field, dimension, measure }) => {
          if (dimension >= 0) return values[dimension] as string;
          if (field === 'granularity') return grain;
          if (field === 'timestamp') return date(first + i);
          return presence[i] === PRESENCE.nulls ? '' : String(orGap(columns[measure]?.[i]) ?? '');
        }),
      ),
  );
}

function topRows(answer: TopAnswer, list: RankedList): string[][] {
  const { metric } = answer;
  const shape = metric.shape as TopShape;
  const period: Record<string, string> = {
    ...topPeriodFields(answer),
    timestamp: timestampsOf('date', answer.grain)(answer.ordinal),
  };
  const cells = rowFields(metric).map((field): ((i: number) => string | number | null) => {
    if (shape.fields.includes(field)) return entryField(metric, list.entries, field);
    const value = period[field] ?? list.values[dimensionIndex(metric, field)] ?? '';
    return () => value;
  });
  return Array.from({ length: list.entries.length }, (_, i) => cells.map((cell) => String(cell(i) ?? '')));
}

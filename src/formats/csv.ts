import type { Answer } from '../core/question/answer.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import type { Form, Format } from './form.ts';
import { queryTable } from './query.ts';
import type { RowStyle } from './row-style.ts';
import { lineOf } from './separated.ts';
import { textRows, type Sheet, type SheetRows } from './sheet.ts';
import { answerTable, type Table } from './table.ts';
import { wideForm } from './wide-form.ts';
import { wideSheet } from './wide.ts';

/** CSV by RFC 4180 with a header: the fields of the rows in the metric's order, dates as `2024-03-01`. */
export const csv = separated(',', '\r\n', {
  type: 'text/csv; charset=utf-8',
  suffix: '.csv',
  label: 'CSV',
  doc: 'for spreadsheets and data frames',
});

/** Like CSV, with tabs as separators. A value that contains a tab or a line break is quoted. */
export const tsv = separated('\t', '\n', {
  type: 'text/tab-separated-values; charset=utf-8',
  suffix: '.tsv',
  label: 'TSV',
  doc: 'like CSV, with tabs as separators',
});

function separated(
  separator: ',' | '\t',
  end: string,
  about: Pick<Format, 'type' | 'suffix' | 'label' | 'doc'>,
) {
  const textOf = ({ columns, rows }: Table, style: RowStyle): Buffer => {
    let text = lineOf(columns, separator, style) + end;
    for (const row of rows) text += lineOf(row, separator, style) + end;
    return Buffer.from(text);
  };
  const wide: Form = {
    ...wideForm(about, (table, style) => wideSheet(table, separator, style)),
    hasRows: true,
    hasCells: true,
  };
  return {
    ...about,
    hasRows: true,
    hasCells: true,
    isSaved: true,
    render: (answer: Answer, _plan: PathPlan, style: RowStyle = {}) =>
      textOf(answerTable(answer, style), style),
    renderQuery: (answer: QueryAnswer, style: RowStyle = {}) => textOf(queryTable(answer, style), style),
    write: async function* (
      sheet: Sheet,
      batches: AsyncIterable<SheetRows> | Iterable<SheetRows>,
      style: RowStyle = {},
    ) {
      yield textOf({ columns: sheet.columns.map(({ name }) => name), rows: [] }, style);
      for await (const batch of batches)
        yield Buffer.from(
          textRows(sheet, batch)
            .map((row) => lineOf(row, separator, style) + end)
            .join(''),
        );
    },
    shapes: { wide },
  } as const satisfies Format;
}

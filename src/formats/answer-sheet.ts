import type { Answer } from '../core/question/answer.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import type { Metric } from '../core/metric/metric.ts';
import { rowFields } from '../core/metric/item-fields.ts';
import { namedBy, withNames } from '../core/metric/value-names.ts';
import type { Grain } from '../core/time/time.ts';
import type { Column } from './csvw.ts';
import { aboutAnswer, aboutMetric, columnOf } from './metadata.ts';
import { OPEN_FIELDS } from './open-rows.ts';
import { aboutOf, OTHERS, queryTable } from './query.ts';
import type { RowStyle } from './row-style.ts';
import { rowsByColumn, type CellType, type Sheet, type SheetColumn, type SheetRows } from './sheet.ts';
import { answerTable, type Cell, type Table } from './table.ts';
import { wideAlone } from './wide.ts';

/** A sheet with all of its rows. */
export interface FilledSheet {
  readonly sheet: Sheet;
  readonly rows: SheetRows;
}

/** The types of cells by those of CSV's columns. */
const TYPES: Readonly<Record<Column['type'], CellType>> = {
  string: 'text',
  integer: 'whole',
  number: 'decimal',
  date: 'date',
  datetime: 'instant',
};

/** An answer to a path as a sheet: the rows of its CSV, with types. Dates are dates, whatever `time` says. */
export function answerSheet(answer: Answer, plan: PathPlan, { names }: RowStyle): FilledSheet {
  const { metric, grain } = answer;
  const style: RowStyle = names ? { names } : {};
  const described = withNames(rowFields(metric), names).map((field) => columnOf(metric, grain, field));
  const columns = [
    ...described.map(({ name, type, doc, unit }) => ({
      name,
      type: TYPES[type],
      doc,
      ...(unit ? { unit } : {}),
    })),
    ...(answer.open ? OPEN_COLUMNS : []),
  ];
  return filled(answerTable(answer, style), columns, metric, aboutAnswer(answer, plan));
}

/** An answer to /query as a sheet. The total is the last row, without dimensions. */
export function querySheet(answer: QueryAnswer, { names }: RowStyle): FilledSheet {
  const { metric, span } = answer.plan;
  const table = queryTable(answer, names ? { names } : {});
  const columns = table.columns.map((name) => ({ name, ...queryColumn(metric, span.grain, name) }));
  return filled(table, columns, metric, { ...aboutMetric(metric), ...aboutOf(answer) });
}

/** An answer as a row for each date, and a column for each series and measure. @throws Problem if it has ranked lists */
export function wideAnswerSheet(answer: Answer, plan: PathPlan, style: RowStyle): FilledSheet {
  const { times, hours, columns } = wideAlone(answer, style);
  const { metric } = answer;
  const date: SheetColumn = { name: 'date', type: hours ? 'instant' : 'date' };
  return {
    sheet: {
      title: metric.title,
      columns: [date, ...columns.map(({ name }): SheetColumn => ({ name, type: 'decimal' }))],
      about: aboutAnswer(answer, plan),
    },
    rows: {
      length: times.length,
      columns: [
        times,
        ...columns.map(({ cells }) => Array.from(cells, (cell) => (Number.isNaN(cell) ? null : cell))),
      ],
    },
  };
}

const OPEN_COLUMNS: readonly SheetColumn[] = [
  { name: OPEN_FIELDS[0], type: 'flag', doc: 'Whether the period is still under way.' },
  { name: OPEN_FIELDS[1], type: 'instant', doc: 'When the number of an open period was right.' },
];

/** The type of a column of /query by its name; of a measure also its meaning and unit. */
function queryColumn(metric: Metric, grain: Grain, name: string): Omit<SheetColumn, 'name'> {
  const open = OPEN_COLUMNS.find((column) => column.name === name);
  if (open) return open;
  if (name === OTHERS) return { type: 'flag', doc: 'Whether the row is the sum of all others.' };
  if (name === 'timestamp' || name === 'timestamp_compared')
    return { type: grain === 'hourly' ? 'instant' : 'date', doc: 'The start of the period, in UTC.' };
  const measure = metric.measures[name.replace(/_compared$/, '')];
  if (measure) {
    const { kind, doc, unit } = measure;
    return { type: kind === 'decimal' ? 'decimal' : 'whole', doc, unit };
  }
  const { dimensions, shape } = metric;
  const own = [...dimensions, ...(shape.kind === 'top' ? shape.entry : [])];
  const isText = own.some((dimension) => dimension.name === name) || namedBy(metric, name) !== undefined;
  return { type: isText ? 'text' : 'decimal' };
}

function filled(
  { rows }: Table,
  columns: readonly SheetColumn[],
  { title }: Metric,
  about: Sheet['about'],
): FilledSheet {
  const typed = rows.map((row) => row.map((cell, c) => typedCell(cell, (columns[c] as SheetColumn).type)));
  return { sheet: { title, columns, about }, rows: rowsByColumn(typed, columns.length) };
}

function typedCell(cell: Cell, type: CellType): Cell | boolean {
  if (typeof cell !== 'string' || type === 'text') return cell;
  return type === 'flag' ? cell === 'true' : msOf(cell);
}

/** The ms since 1970 of a date `2024-03-01`, an hour `2024-03-01T06Z` or an instant. */
function msOf(text: string): number {
  return Date.parse(/T\d\dZ$/.test(text) ? `${text.slice(0, -1)}:00:00Z` : text);
}

import { PRESENCE, type Answer, type Series, type SeriesAnswer } from '../core/question/answer.ts';
import type { PathPlan } from '../core/question/plan.ts';
import { invalidParameter } from '../core/problem.ts';
import { startOf } from '../core/time/time.ts';
import { lineOf } from './separated.ts';
import type { RowStyle } from './row-style.ts';
import { wideColumns, type WideColumn, type WidePart } from './wide-names.ts';

/** A table with a row for each date, and a column for each series and measure, as spreadsheets, Limn and Dashiki want it. */
export interface WideTable {
  readonly title: string;
  /** The starts of the periods from the first row to the last one, gaps included, in ms since 1970. */
  readonly times: readonly number[];
  /** Whether its dates show the hour. */
  readonly hours: boolean;
  readonly columns: readonly (WideColumn & {
    /** One for each row; NaN if there is none. */
    readonly cells: Float64Array;
  })[];
}

/** An answer with options for its columns. */
export interface WideAnswer extends Pick<WidePart, 'measures' | 'label' | 'names'> {
  readonly answer: SeriesAnswer;
}

/**
 * Puts the series of some answers side by side.
 * @param title the title of the table
 * @throws Problem if there are too many columns
 */
export function wideOf(answers: readonly WideAnswer[], title: string): WideTable {
  const parts = answers.map(({ answer, ...rest }): WidePart => ({
    ...rest,
    metric: answer.metric,
    series: answer.series.map(({ values }) => values),
  }));
  const columns = wideColumns(parts);
  const times = [...new Set(answers.flatMap(({ answer }) => timesOf(answer)))].sort((a, b) => a - b);
  const rows = new Map(times.map((ms, row) => [ms, row]));
  return {
    title,
    times,
    hours: answers.some(({ answer }) => answer.grain === 'hourly'),
    columns: columns.map((column) => {
      const { answer } = answers[column.part] as WideAnswer;
      const series = answer.series[column.series] as Series;
      const cells = new Float64Array(times.length).fill(NaN);
      series.presence.forEach((there, i) => {
        if (there !== PRESENCE.stored && there !== PRESENCE.zeros) return;
        const row = rows.get(startOf(answer.grain, series.first + i)) as number;
        cells[row] = series.measures[column.measure]?.[i] ?? NaN;
      });
      return { ...column, cells };
    }),
  };
}

/** The starts of the periods from the first row to the last one. */
function timesOf({ series, grain }: SeriesAnswer): number[] {
  let first = Infinity;
  let last = -Infinity;
  for (const { presence, first: start } of series) {
    const from = presence.findIndex((there) => there !== PRESENCE.absent);
    if (from < 0) continue;
    first = Math.min(first, start + from);
    last = Math.max(last, start + presence.findLastIndex((there) => there !== PRESENCE.absent));
  }
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => startOf(grain, first + i));
}

/** For Limn: a header, then a line for each date: `2024-03-01,5,,7`. Nothing is quoted; a gap is an empty cell. */
export function wideText(table: WideTable, separator: ',' | '\t'): Buffer {
  const labels = table.columns.map(({ label }) => label);
  return linesOf(table, labels, separator, { end: '\n', zone: '' });
}

/**
 * For spreadsheets: like `wideText`, but with the full names, quoted where necessary (RFC 4180).
 * @param style with `time: 'iso'` hours have a time zone, so that programs read them as UTC
 */
export function wideSheet(table: WideTable, separator: ',' | '\t', style: RowStyle = {}): Buffer {
  const names = table.columns.map(({ name }) => lineOf([name], separator, style));
  const zone = style.time === 'iso' && table.hours ? 'Z' : '';
  return linesOf(table, names, separator, { end: separator === ',' ? '\r\n' : '\n', zone });
}

function linesOf(
  { times, hours, columns }: WideTable,
  names: readonly string[],
  separator: string,
  { end, zone }: { readonly end: string; readonly zone: string },
): Buffer {
  const lines = [['date', ...names].join(separator)];
  times.forEach((ms, row) => {
    let line = dateOf(ms, hours) + zone;
    for (const { cells } of columns) {
      const cell = cells[row] as number;
      line += separator + (Number.isNaN(cell) ? '' : String(cell));
    }
    lines.push(line);
  });
  return Buffer.from(lines.join(end) + end);
}

/** A date that Limn and every spreadsheet reads: `2024-03-01`, `2024-03-01T05:00:00`. */
function dateOf(ms: number, hours: boolean): string {
  return new Date(ms).toISOString().slice(0, hours ? 19 : 10);
}

/** Rows of the time in ms since 1970 and the cells, null for a gap: `[[1709251200000,5,null,7]]`. */
export function wideJson({ times, columns }: WideTable): Buffer {
  return Buffer.from(JSON.stringify(times.map((ms, row) => [ms, ...cellsOf(columns, row)])));
}

/** A report in the format of Wikimetrics: `{"parameters":{…},"2024-03-01":{"Sum":{"Cat":5,"Dog":null}}}`. */
export function wideWikimetrics({ title, times, hours, columns }: WideTable): Buffer {
  const names = columns.map(({ label }) => JSON.stringify(label));
  const cohort = columns.map(({ label }) => label).join(' ');
  const members = times.map((ms, row) => {
    const cells = cellsOf(columns, row).map((cell, c) => `${names[c]}:${cell}`);
    return `"${dateOf(ms, hours)}${hours ? 'Z' : ''}":{"Sum":{${cells.join(',')}}}`;
  });
  const parameters = JSON.stringify({ Cohort: cohort, Metric: title });
  return Buffer.from(`{${[`"parameters":${parameters}`, ...members].join(',')}}`);
}

function cellsOf(columns: WideTable['columns'], row: number): (number | null)[] {
  return columns.map(({ cells }) => (Number.isNaN(cells[row]) ? null : (cells[row] as number)));
}

/** The wide table of one answer. @throws Problem if it has ranked lists */
export function wideAlone(answer: Answer, { names }: Pick<RowStyle, 'names'> = {}): WideTable {
  if (answer.kind === 'top') throw noSeries(answer.metric.name);
  return wideOf([{ answer, ...(names ? { names } : {}) }], answer.metric.title);
}

/** @throws Problem if the answer to a plan can't be a wide table */
export function checkWide(plan: PathPlan): void {
  if (plan.kind === 'top') throw noSeries(plan.metric.name);
  wideColumns([{ metric: plan.metric, series: plan.parts.map(({ values }) => values) }]);
}

function noSeries(metric: string): Error {
  return invalidParameter('shape', `${metric} has ranked lists, which can't be columns over time`);
}

import { nameOf } from '../core/metric/dimension.ts';
import { changeOf, isOpen, type QueryAnswer, type QueryRow } from '../core/question/query-answer.ts';
import { askedBy } from '../core/question/conditions.ts';
import type { RowsPlan } from '../core/question/plan.ts';
import { valueNameOf, withNames } from '../core/metric/value-names.ts';
import { OPEN_FIELDS, openCells, openMembers, openAbout } from './open-rows.ts';
import { rowStyleOf, type RowOptions, type RowStyle } from './row-style.ts';
import type { Cell, Table } from './table.ts';
import { timestampsOf } from './timestamps.ts';

/** The style of an answer's rows. @throws Problem that names the wrong option */
export function queryStyleOf({ query, asked }: RowsPlan, options: RowOptions): RowStyle {
  const columns = query.by.map((name) => askedBy(asked, name).dimension);
  return rowStyleOf(options, columns, `by of ${query.metric}`);
}

/** What to know about the numbers of an answer; undefined if there is nothing. */
export function noteOf({ metric, analysis }: RowsPlan): string | undefined {
  const missing = analysis?.divisors.filter(({ reason }) => reason !== undefined) ?? [];
  const notes = [
    ...(metric.shape.kind === 'top' ? [LISTED_ONLY] : []),
    ...missing.map(
      (one) => `Nothing of ${one.metric.name} is loaded for this question, so what is divided by it is null.`,
    ),
  ];
  return notes.length > 0 ? notes.join(' ') : undefined;
}

/** The note on answers from ranked lists. */
const LISTED_ONLY =
  'Only the entries that were listed in each period are known; an absent entry may have had fewer.';

/** The description of `noRows`. */
export const NO_ROWS_DOC =
  'The listed values that have no rows: one value, or the values of one combination.';

/** The names of a row's columns: dimensions, period, measures, and those of the compared periods. */
export function columnsOf({ plan, open }: QueryAnswer, { names }: RowStyle = {}): string[] {
  const { query } = plan;
  return [
    ...withNames(query.by, names),
    ...(query.grain ? ['timestamp'] : []),
    ...query.measures,
    ...(query.compare
      ? [
          ...(query.grain ? ['timestamp_compared'] : []),
          ...comparedIn(plan).flatMap((m) => [
            `${query.measures[m]}_compared`,
            `${query.measures[m]}_change`,
          ]),
        ]
      : []),
    ...(query.others ? [OTHERS] : []),
    ...(open ? OPEN_FIELDS : []),
  ];
}

/** The column, and the member of a row in JSON, that says whether a row is the sum of all others. */
export const OTHERS = 'others';

/** The places of the measures whose compared numbers are answered: all but derived ones. */
function comparedIn({ query, metric }: RowsPlan): number[] {
  return query.measures.flatMap((name, m) => (Object.hasOwn(metric.measures, name) ? [m] : []));
}

/** The unit of each number, by name; undefined unless one is derived. */
export function unitsOf({ analysis }: RowsPlan): Record<string, string> | undefined {
  const shown = analysis?.cells.slice(0, analysis.shown) ?? [];
  return shown.some(({ isDerived }) => isDerived)
    ? Object.fromEntries(shown.map(({ name, unit }) => [name, unit]))
    : undefined;
}

/** A row's cells, in the order of its columns. A total has null for dimensions and periods. */
export function cellsOf(answer: QueryAnswer, row: QueryRow, { time, names = [] }: RowStyle = {}): Cell[] {
  const { plan, open } = answer;
  const { query, span, compared, asked } = plan;
  const date = timestampsOf(time === 'iso' ? 'instant' : 'date', span.grain);
  const shift = compared ? span.first - compared.first : 0;
  return [
    ...query.by.flatMap((name, i) => {
      const value = row.values[i];
      const own = value === undefined ? null : nameOf(value);
      if (!names.includes(name)) return [own];
      return [own, value === undefined ? null : valueNameOf(askedBy(asked, name).dimension, value)];
    }),
    ...(query.grain ? [row.ordinal === undefined ? null : date(row.ordinal)] : []),
    ...row.measures,
    ...(query.compare
      ? [
          ...(query.grain ? [row.ordinal === undefined ? null : date(row.ordinal - shift)] : []),
          ...comparedIn(plan).flatMap((m) => {
            const before = row.compared?.[m] ?? null;
            return [before, changeOf(row.measures[m] ?? null, before)];
          }),
        ]
      : []),
    ...(query.others ? [row.isOthers ? 'true' : null] : []),
    ...(open ? openCells(open, isOpen(answer, row)) : []),
  ];
}

/** The members of an answer besides its rows. */
export function aboutOf({ plan, cursor, hint, noRows, open }: QueryAnswer): Record<string, unknown> {
  const { query, route, cost, coverage, version, reason } = plan;
  const units = unitsOf(plan);
  const note = noteOf(plan);
  return {
    query,
    route,
    cost,
    coverage,
    version,
    ...(units ? { units } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(hint === undefined ? {} : { hint }),
    ...(plan.notCounted === undefined ? {} : { notCounted: plan.notCounted }),
    ...(open ? { open: openAbout(open, plan.span.grain) } : {}),
    ...(noRows.length === 0 ? {} : { noRows }),
    ...(note === undefined ? {} : { note }),
    cursor,
  };
}

/** A function that writes a row as a JSON object. */
export function objects(answer: QueryAnswer, style: RowStyle): (row: QueryRow) => string {
  // A closed row of JSON has no empty members about being open, and one that is itself none about being all others.
  const { open, ...closed } = answer;
  const { others: _, ...query } = answer.plan.query;
  const plain = { ...closed, plan: { ...answer.plan, query } };
  const keys = columnsOf(plain, style).map((name) => `${JSON.stringify(name)}:`);
  const members = (row: QueryRow): string =>
    `${row.isOthers ? `,"${OTHERS}":true` : ''}${isOpen(answer, row) ? openMembers(open) : ''}`;
  return (row) =>
    `{${cellsOf(plain, row, style)
      .map((cell, i) => `${keys[i]}${JSON.stringify(cell)}`)
      .join(',')}${members(row)}}`;
}

/** One JSON object: the members about the answer, then its rows. */
export function renderQueryJson(answer: QueryAnswer, style: RowStyle = {}): Buffer {
  const object = objects(answer, style);
  const about = JSON.stringify(aboutOf(answer)).slice(0, -1);
  const total = answer.total ? `,"total":${object({ ...answer.total })}` : '';
  return Buffer.from(`${about}${total},"rows":[${answer.rows.map(object).join(',')}]}`);
}

/** One row on each line, the total last. The other members of an answer are in its JSON only. */
export function renderQueryNdjson(answer: QueryAnswer, style: RowStyle = {}): Buffer {
  const object = objects(answer, style);
  return Buffer.from(
    [...answer.rows, ...(answer.total ? [answer.total] : [])].map((row) => `${object(row)}\n`).join(''),
  );
}

/** An answer as a table. The total is the last row, with empty dimensions. */
export function queryTable(answer: QueryAnswer, style: RowStyle): Table {
  const rows = [...answer.rows, ...(answer.total ? [answer.total] : [])];
  return { columns: columnsOf(answer, style), rows: rows.map((row) => cellsOf(answer, row, style)) };
}

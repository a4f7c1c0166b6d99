import type { DuckDBDataChunk } from '@duckdb/node-api';
import {
  type Aggregation,
  checkAggregation,
  type Condition,
  type Groups,
  PERIOD,
  sumOf,
} from '../../core/question/aggregation.ts';
import type { Grouping } from '../../core/question/analysis.ts';
import {
  formatTimestamp,
  type Grain,
  type Ordinal,
  ordinalAt,
  parseTimestamp,
} from '../../core/time/time.ts';
import { rowsToRead, type RowsToRead } from './as-of.ts';
import { chunksOf } from './chunks.ts';
import type { Lake } from './lake.ts';
import { Bindings, identifier, keyColumns, type Texts } from './sql.ts';
import { decimalSum } from './decimal-sum.ts';
import { areTotalsEnough } from './totals.ts';

/** Yields the groups of a query, added up and sorted by DuckDB, in batches of its chunks. */
export async function* aggregate(
  lake: Lake,
  asked: Aggregation,
  signal: AbortSignal,
): AsyncGenerator<Groups> {
  signal.throwIfAborted();
  checkAggregation(asked);
  const manifest = await lake.manifests.of(asked.table.name);
  const read = manifest && rowsToRead(lake, manifest, asked, (name) => areTotalsEnough(asked, name));
  if (!read) return;
  const reads = [{ table: asked.table.name, files: read.files }];
  const statement = { reads, ...statementOf(asked, read) };
  for await (const chunk of chunksOf(lake, statement, signal)) yield groupsOf(asked, chunk);
}

const STAMP = '"timestamp"';

/** The start of the period that a timestamp lies in, by grain, as text YYYYMMDDHH. */
const PERIOD_START: Readonly<Record<Grain, string>> = {
  hourly: STAMP,
  daily: `substr(${STAMP}, 1, 8) || '00'`,
  weekly: `strftime(date_trunc('week', strptime(substr(${STAMP}, 1, 8), '%Y%m%d')), '%Y%m%d') || '00'`,
  monthly: `substr(${STAMP}, 1, 6) || '0100'`,
  yearly: `substr(${STAMP}, 1, 4) || '010100'`,
};

/** Returns the statement of a checked aggregation: its names are columns of the table, and every text is bound. */
export function statementOf(asked: Aggregation, read: Relation): { sql: string; bindings: Bindings } {
  const bindings = new Bindings();
  const order = asked.order.map(({ column, descending }) => {
    const measure = asked.measures.indexOf(column);
    const name = measure >= 0 ? `_m${measure}` : column === PERIOD ? '_stamp' : identifier(column);
    // An unknown value is less than any number.
    return `${name} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`;
  });
  const sql = [
    groupsSelect(asked, read, bindings),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    `LIMIT ${asked.limit} OFFSET ${asked.offset}`,
  ].join('\n');
  return { sql, bindings };
}

type Relation = Pick<RowsToRead, 'relation' | 'isClipped'>;

/** What a statement is made with: bound values, or the texts of one that is shown. */
interface Source<Values extends Texts> extends Pick<RowsToRead, 'isClipped'> {
  readonly relation: (values: Values, conditions: () => readonly string[]) => string;
}

/** Returns the SELECT of checked groups, in no order: the columns of `by`, `_stamp` with periods, `_m0`, `_m1`, … */
export function groupsSelect<Values extends Texts>(
  asked: Grouping,
  { relation, isClipped }: Source<Values>,
  bindings: Values,
): string {
  const { table, grain, first, last, period, by, measures } = asked;
  const stamp = (ordinal: Ordinal) => bindings.text(formatTimestamp('YYYYMMDDHH', grain, ordinal));
  const identifying = keyColumns(table);
  const ofKeys = asked.where.filter(({ column }) => identifying.includes(identifier(column)));
  const source = relation(bindings, () => ofKeys.map((one) => conditionOf(one, bindings)));
  const conditions = [
    ...asked.where.map((condition) => conditionOf(condition, bindings)),
    ...asked.except.map((exception) => {
      const parts = [
        ...exception.where.map(({ column, value }) => `${identifier(column)} = ${bindings.text(value)}`),
        `${STAMP} BETWEEN ${stamp(exception.first)} AND ${stamp(exception.last)}`,
      ];
      return `NOT (${parts.join(' AND ')})`;
    }),
    ...asked.least.map(({ column, least }) => `${identifier(column)} >= ${least}`),
    ...(isClipped ? [`${STAMP} BETWEEN ${stamp(first)} AND ${stamp(last)}`] : []),
  ];
  const keys = [...by.map(identifier), ...(period ? ['_stamp'] : [])];
  const start = period === grain ? STAMP : period && PERIOD_START[period];
  const columns = [
    ...by.map(identifier),
    ...(start ? [`${start} AS _stamp`] : []),
    ...measures.map(
      (name, index) => `CAST(${sumOf(asked, name, identifier(name), decimalSum)} AS DOUBLE) AS _m${index}`,
    ),
  ];
  return [
    `SELECT ${columns.join(', ')} FROM ${source}`,
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : []),
    ...(keys.length > 0 ? [`GROUP BY ${keys.join(', ')}`] : ['HAVING count(*) > 0']),
  ].join('\n');
}

/** Longer lists of values are joined as a table. */
const MAX_EQUALITIES = 32;

function conditionOf(condition: Condition, bindings: Texts): string {
  const column = identifier(condition.column);
  switch (condition.test) {
    case 'in': {
      if (condition.values.length === 0) return 'false';
      if (condition.values.length > MAX_EQUALITIES)
        return `${column} IN (SELECT unnest(${bindings.texts(condition.values)}))`;
      // Equalities are pushed down to the statistics of row groups; `IN` is not.
      return `(${condition.values.map((value) => `${column} = ${bindings.text(value)}`).join(' OR ')})`;
    }
    case 'not in': {
      const differs = condition.values.map((value) => `${column} <> ${bindings.text(value)}`);
      return differs.length === 0 ? 'true' : `(${differs.join(' AND ')})`;
    }
    case 'prefix':
      // The lower bound lets DuckDB skip row groups, which starts_with doesn't.
      return `(${column} >= ${bindings.text(condition.text)} AND starts_with(${column}, ${bindings.text(condition.text)}))`;
    case 'not prefix':
      return `NOT starts_with(${column}, ${bindings.text(condition.text)})`;
  }
}

/** Makes groups of a chunk of the statement's result. */
export function groupsOf({ by, period, measures }: Aggregation, chunk: DuckDBDataChunk): Groups {
  let column = 0;
  const next = <T>(): T[] => chunk.getColumnValues(column++) as T[];
  return {
    length: chunk.rowCount,
    values: by.map(() => next<string>()),
    ordinals: period && next<string>().map((stamp) => ordinalAt(period, parseTimestamp(stamp) as number)),
    measures: measures.map(() => next<number | null>()),
  };
}

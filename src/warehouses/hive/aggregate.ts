import {
  type Aggregation,
  checkAggregation,
  type Condition,
  type Groups,
  isNullable,
  PERIOD,
  sumOf,
} from '../../core/question/aggregation.ts';
import type { Grouping } from '../../core/question/analysis.ts';
import { EngineError } from '../../core/engine-error.ts';
import { formatTimestamp, type Grain, ordinalAt, parseTimestamp } from '../../core/time/time.ts';
import { decimalSum } from './decimal-sum.ts';
import { identifier, textLiteral } from './literals.ts';
import { pagesFrom } from './page.ts';
import { type LivePartition, partitionsAre } from './select-statement.ts';
import type { Sessions } from './sessions.ts';

/**
 * Yields the groups of a query, added up and sorted by Hive. Without live partitions Hive isn't asked.
 * @throws EngineError if Hive fails or a value is missing
 */
export async function* aggregateRows(
  sessions: Pick<Sessions, 'query'>,
  database: string,
  asked: Aggregation,
  live: readonly LivePartition[],
  signal: AbortSignal,
): AsyncGenerator<Groups> {
  signal.throwIfAborted();
  const sql = aggregateStatement(database, asked, live);
  if (sql === undefined) return;
  const { by, period, measures } = asked;
  for await (const { page, from } of pagesFrom(asked.offset, sessions.query(sql, signal))) {
    let column = 0;
    yield {
      length: page.length - from,
      values: by.map((name) => present(page.text(column++), name).slice(from)),
      ordinals:
        period &&
        present(page.text(column++), PERIOD)
          .slice(from)
          .map((stamp) => ordinalAt(period, parseTimestamp(stamp) as number)),
      measures: measures.map((name) => {
        const found = page.number(column++);
        return (isNullable(asked, name) ? found : present(found, name)).slice(from);
      }),
    };
  }
}

const STAMP = '`timestamp`';
/** The day of a stamp, as a DATE. */
export const dayOf = (stamp: string): string =>
  `CAST(concat(substr(${stamp}, 1, 4), '-', substr(${stamp}, 5, 2), '-', substr(${stamp}, 7, 2)) AS DATE)`;
const DAY = dayOf(STAMP);

/** The start of the period that a timestamp lies in, by grain, as text YYYYMMDDHH. */
const PERIOD_START: Readonly<Record<Grain, string>> = {
  hourly: STAMP,
  daily: `concat(substr(${STAMP}, 1, 8), '00')`,
  // next_day of the day one week earlier is the Monday of the day's own week.
  weekly: `concat(date_format(next_day(date_sub(${DAY}, 7), 'MO'), 'yyyyMMdd'), '00')`,
  monthly: `concat(substr(${STAMP}, 1, 6), '0100')`,
  yearly: `concat(substr(${STAMP}, 1, 4), '010100')`,
};

/**
 * Returns an aggregation as HiveQL; undefined if it can't have a row. Names are checked to be columns of
 * the table; every text becomes an escaped literal.
 * @throws TypeError
 */
export function aggregateStatement(
  database: string,
  asked: Aggregation,
  live: readonly LivePartition[],
): string | undefined {
  checkAggregation(asked);
  const { measures } = asked;
  const select = asked.limit === 0 ? undefined : groupsSelect(database, asked, live);
  if (select === undefined) return undefined;
  const order = asked.order.map(({ column, descending }) => {
    const measure = measures.indexOf(column);
    const name = measure >= 0 ? `\`_m${measure}\`` : column === PERIOD ? '`_stamp`' : identifier(column);
    // An unknown value is less than any number, independently of the server's default.
    const nulls = isNullable(asked, column) ? ` NULLS ${descending ? 'LAST' : 'FIRST'}` : '';
    return `${name} ${descending ? 'DESC' : 'ASC'}${nulls}`;
  });
  return [
    select,
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    // The groups before the offset are fetched, too: Hive's optimiser drops an OFFSET if it knows that there
    // is only one group.
    `LIMIT ${asked.offset + asked.limit}`,
  ].join('\n');
}

/** Returns the SELECT of checked groups, in no order; undefined if there can't be any. */
export function groupsSelect(
  database: string,
  asked: Grouping,
  live: readonly LivePartition[],
): string | undefined {
  const { table, grain, first, last, period, by, measures } = asked;
  const isNever = asked.where.some((one) => one.test === 'in' && one.values.length === 0);
  if (live.length === 0 || first > last || isNever) return undefined;
  const between = (span: { readonly first: number; readonly last: number }) => {
    const [from, to] = [span.first, span.last].map((at) =>
      textLiteral(formatTimestamp('YYYYMMDDHH', grain, at)),
    );
    return `${STAMP} BETWEEN ${from} AND ${to}`;
  };
  const conditions = [
    partitionsAre(grain, live),
    ...asked.where.map(conditionOf),
    ...asked.except.map((exception) => {
      const values = exception.where.map(
        ({ column, value }) => `${identifier(column)} = ${textLiteral(value)}`,
      );
      return `NOT (${[...values, between(exception)].join(' AND ')})`;
    }),
    ...asked.least.map(({ column, least }) => `${identifier(column)} >= ${least}`),
    between(asked),
  ];
  const start = period === grain ? STAMP : period && PERIOD_START[period];
  const keys = [...by.map(identifier), ...(start ? [start] : [])];
  const columns = [
    ...by.map(identifier),
    ...(start ? [`${start} AS \`_stamp\``] : []),
    ...measures.map(
      (name, index) =>
        `CAST(${sumOf(asked, name, identifier(name), decimalSum)} AS DOUBLE) AS \`_m${index}\``,
    ),
  ];
  return [
    `SELECT ${columns.join(', ')}`,
    `FROM ${identifier(database)}.${identifier(table.name)}`,
    `WHERE ${conditions.join(' AND ')}`,
    ...(keys.length > 0 ? [`GROUP BY ${keys.join(', ')}`] : ['HAVING count(*) > 0']),
  ].join('\n');
}

function conditionOf(condition: Condition): string {
  const column = identifier(condition.column);
  switch (condition.test) {
    case 'in':
      return `${column} IN (${condition.values.map(textLiteral).join(', ')})`;
    case 'not in':
      return condition.values.length === 0
        ? 'TRUE'
        : `${column} NOT IN (${condition.values.map(textLiteral).join(', ')})`;
    case 'prefix':
      return `instr(${column}, ${textLiteral(condition.text)}) = 1`;
    case 'not prefix':
      return `instr(${column}, ${textLiteral(condition.text)}) <> 1`;
  }
}

/** Kraken writes no NULL here. A NULL that another program wrote must not become a number or a text. */
function present<Value>(values: readonly (Value | null)[], name: string): Value[] {
  if (values.includes(null)) throw new EngineError('hive', `a row has NULL in ${name}`);
  return values as Value[];
}

import { sumOf } from '../../core/question/aggregation.ts';
import type { Column, Table } from '../../core/metric/table.ts';
import { formatTimestamp, type Grain } from '../../core/time/time.ts';
import type { Select } from '../warehouse.ts';
import { decimalSum } from './decimal-sum.ts';
import { identifier, textLiteral } from './literals.ts';

/** The live version of a partition: only its rows count. */
export interface LivePartition {
  readonly grain: Grain;
  readonly year: number;
  readonly month: number;
  readonly version: number;
}

/** A query as HiveQL. The columns of its result are `varying`, the period, for tops the rank, and the measures. */
export interface Statement {
  readonly sql: string;
  /** The text columns of the result. */
  readonly varying: readonly string[];
  /** The other text columns, with the one value that was asked for. */
  readonly constants: ReadonlyMap<string, string>;
}

/** The month that a timestamp lies in, as text YYYYMM. */
const MONTH = 'substr(`timestamp`, 1, 6)';

/**
 * Returns the statement that answers a query from these partitions; undefined if there can't be a row.
 * With `sorted`, Hive sorts rows by dimensions, period, rank and ranked dimensions, and adds up sums. Without
 * it, Hive does neither and can answer by reading files, without a job.
 */
export function selectStatement(
  database: string,
  question: Select,
  live: readonly LivePartition[],
  { sorted }: { readonly sorted: boolean },
): Statement | undefined {
  const { table, grain, first, last, where, sumTo } = question;
  if (sumTo && table.ranking) throw new TypeError(`the lists of ${table.name} can't be summed`);
  const known = textColumns(table).map(({ name }) => name);
  const unknown = where.find(({ column }) => !known.includes(column));
  if (unknown) throw new TypeError(`table ${table.name} has no dimension ${unknown.column}`);
  if (live.length === 0 || first > last || where.some(({ values }) => values.length === 0)) return undefined;

  const constants = new Map<string, string>();
  for (const { column, values } of where) {
    if (values.length === 1) constants.set(column, values[0] as string);
  }
  const varying = known.filter((name) => !constants.has(name));
  const names = varying.map(identifier);
  const grouped = sorted && sumTo !== undefined;
  const columns = [
    ...names,
    `${sumTo ? MONTH : '`timestamp`'} AS \`_stamp\``,
    ...(table.ranking ? ['CAST(`rank` AS DOUBLE) AS `_rank`'] : []),
    // Node reads a double twice as fast as a BIGINT, and a double is exact up to 2^53.
    ...table.measures.map(({ name }, index) => {
      const column = identifier(name);
      return `CAST(${grouped ? sumOf(question, name, column, decimalSum) : column} AS DOUBLE) AS \`_m${index}\``;
    }),
  ];
  const stamp = (ordinal: number) => textLiteral(formatTimestamp('YYYYMMDDHH', grain, ordinal));
  const conditions = [
    partitionsAre(grain, live),
    ...where.map(({ column, values }) => `${identifier(column)} IN (${values.map(textLiteral).join(', ')})`),
    `\`timestamp\` BETWEEN ${stamp(first)} AND ${stamp(last)}`,
  ];
  const asked = (list: readonly Column[]) =>
    list.filter(({ name }) => !constants.has(name)).map(({ name }) => identifier(name));
  const order = [
    ...asked(table.dimensions),
    '`_stamp`',
    ...(table.ranking ? ['`_rank`'] : []),
    ...asked(table.entry),
  ];
  const sql = [
    `SELECT ${columns.join(', ')}`,
    `FROM ${identifier(database)}.${identifier(table.name)}`,
    `WHERE ${conditions.join(' AND ')}`,
    ...(grouped ? [`GROUP BY ${[...names, MONTH].join(', ')}`] : []),
    ...(sorted ? [`ORDER BY ${order.join(', ')}`] : []),
  ].join('\n');
  return { sql, varying, constants };
}

/**
 * Returns the condition that a row is in one of the partitions. Years with the same months are joined, so
 * that twenty years of one version fit in one line.
 */
export function partitionsAre(grain: Grain, live: readonly LivePartition[]): string {
  const monthsOf = new Map<number, Map<number, number[]>>();
  for (const { year, month, version } of live) {
    const years = monthsOf.get(version) ?? new Map<number, number[]>();
    monthsOf.set(version, years.set(year, [...(years.get(year) ?? []), month]));
  }
  const blocks: string[] = [];
  for (const [version, years] of monthsOf) {
    const yearsOf = new Map<string, number[]>();
    for (const [year, months] of years) {
      const list = months.toSorted((a, b) => a - b).join(', ');
      yearsOf.set(list, [...(yearsOf.get(list) ?? []), year]);
    }
    for (const [months, list] of yearsOf) {
      blocks.push(
        `(\`version\` = ${version} AND \`year\` IN (${list.join(', ')}) AND \`month\` IN (${months}))`,
      );
    }
  }
  return `\`grain\` = ${textLiteral(grain)} AND (${blocks.join(' OR ')})`;
}

function textColumns(table: Table): readonly Column[] {
  return [...table.dimensions, ...table.entry];
}

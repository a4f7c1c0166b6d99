import type { Column, Table } from '../metric/table.ts';
import type { Grain, Ordinal } from '../time/time.ts';

/**
 * A question to one table: its rows, added up in groups. Every name in it is a column of the table;
 * `checkAggregation` verifies this before an engine writes any SQL. Text from a caller is always a
 * value, which the engine binds or escapes.
 */
export interface Aggregation {
  readonly table: Table;
  /** The stored grain whose rows are read. */
  readonly grain: Grain;
  readonly first: Ordinal;
  /** Included. */
  readonly last: Ordinal;
  /** Only rows that meet all of these conditions count. */
  readonly where: readonly Condition[];
  /** A row that matches one of these doesn't count. */
  readonly except: readonly Exception[];
  /** A row whose measure is below `least` doesn't count. */
  readonly least: readonly { readonly column: string; readonly least: number }[];
  /** The text columns that rows are grouped by. */
  readonly by: readonly string[];
  /** The grain that rows are grouped by: the stored one or a coarser one. Undefined: all periods are one group. */
  readonly period: Grain | undefined;
  readonly measures: readonly string[];
  /** A total order: no two groups compare equal. Texts are sorted by their UTF-8 bytes. */
  readonly order: readonly { readonly column: string; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
  /** Reads the rows as they were in this version of the table, which its history must reach. */
  readonly asOf?: number;
}

export type Condition =
  | { readonly column: string; readonly test: 'in' | 'not in'; readonly values: readonly string[] }
  | { readonly column: string; readonly test: 'prefix' | 'not prefix'; readonly text: string };

/** Rows that have all of these values, in these periods. */
export interface Exception {
  readonly where: readonly { readonly column: string; readonly value: string }[];
  readonly first: Ordinal;
  readonly last: Ordinal;
}

/** Groups, stored by column. All arrays have `length` members. */
export interface Groups {
  readonly length: number;
  /** One array for each column of `by`. */
  readonly values: readonly (readonly string[])[];
  /** The period of each group; undefined if all periods are one group. */
  readonly ordinals: readonly Ordinal[] | undefined;
  /** One array for each measure asked for. Sums beyond 2^53-1 are rounded; unknown ones are null. */
  readonly measures: readonly (readonly (number | null)[])[];
}

/** Whether the values of a measure may be null. */
export function isNullable({ table }: Pick<Aggregation, 'table'>, measure: string): boolean {
  return table.measures.some(({ name, nullable }) => name === measure && nullable);
}

/**
 * The SQL expression that sums a measure. It is null if one of the rows is null: the sum of the
 * others would look like the sum of all.
 * @param column the measure's name, quoted
 * @param decimalSum makes the engine's expression for an exact sum of decimals
 */
export function sumOf(
  asked: Pick<Aggregation, 'table'>,
  measure: string,
  column: string,
  decimalSum: (column: string) => string,
): string {
  const isDecimal = asked.table.measures.some(({ name, type }) => name === measure && type === 'decimal');
  const sum = isDecimal ? decimalSum(column) : `sum(${column})`;
  return isNullable(asked, measure) ? `CASE WHEN count(${column}) = count(*) THEN ${sum} END` : sum;
}

/** The name in `order` that stands for a group's period. */
export const PERIOD = 'timestamp';

/**
 * Checks an aggregation before SQL is made of it: its columns belong to the table, its numbers are
 * numbers, and its period can be summed from the stored grain. Every engine calls it first.
 * @throws TypeError
 */
export function checkAggregation(asked: Aggregation): void {
  const { table, grain, period, by, measures, order } = asked;
  const texts = [...table.dimensions, ...table.entry];
  const named = [
    ...asked.where.map(({ column }) => column),
    ...asked.except.flatMap(({ where }) => where.map(({ column }) => column)),
    ...by,
  ];
  for (const name of named) must(table, texts, name);
  for (const name of [...measures, ...asked.least.map(({ column }) => column)])
    must(table, table.measures, name);
  for (const { column } of order) {
    const known = [...by, ...measures, ...(period ? [PERIOD] : [])].includes(column);
    if (!known) throw new TypeError(`groups of ${table.name} can't be sorted by ${column}`);
  }
  if (measures.length === 0) throw new TypeError('an aggregation needs a measure');
  const ordinals = [asked, ...asked.except].flatMap(({ first, last }) => [first, last]);
  for (const number of [...ordinals, asked.offset, asked.limit])
    if (!Number.isSafeInteger(number)) throw new TypeError(`${number} is not a whole number`);
  for (const { least } of asked.least)
    if (!Number.isFinite(least)) throw new TypeError(`${least} is not a finite number`);
  const coarser: Partial<Record<Grain, readonly Grain[]>> = {
    hourly: ['hourly', 'daily', 'weekly', 'monthly', 'yearly'],
    daily: ['daily', 'weekly', 'monthly', 'yearly'],
    monthly: ['monthly', 'yearly'],
  };
  if (period && !coarser[grain]?.includes(period))
    throw new TypeError(`${grain} rows can't be added up to ${period} ones`);
}

function must(table: Table, columns: readonly Column[], name: string): void {
  if (!columns.some((column) => column.name === name))
    throw new TypeError(`table ${table.name} has no such column: ${name}`);
}

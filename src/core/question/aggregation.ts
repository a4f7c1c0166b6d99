import type { Column, Table } from '../metric/table.ts';
import type { Grain, Ordinal } from '../time/time.ts';

/**
 * A question to one table whose rows are added up in groups. Every name in it is the name of one of
 * the table's columns, as `checkAggregation` makes sure before an engine writes any SQL; every text
 * of a caller is a value, which the engine binds or escapes.
 */
export interface Aggregation {
  readonly table: Table;
  /** The stored grain whose rows are read. */
  readonly grain: Grain;
  /** Both ends included. */
  readonly first: Ordinal;
  readonly last: Ordinal;
  /** All have to hold. */
  readonly where: readonly Condition[];
  /** Rows that don't count: those that have all of these values, in these periods. */
  readonly except: readonly Exception[];
  /** Rows of which a measure is less don't count. */
  readonly least: readonly { readonly column: string; readonly least: number }[];
  /** The text columns that tell groups apart. */
  readonly by: readonly string[];
  /** The grain of the groups' periods, the stored one or a coarser; undefined: one group for all periods. */
  readonly period: Grain | undefined;
  /** The measures to add up. */
  readonly measures: readonly string[];
  /** Complete: no two groups are equal in it. Texts are sorted as the bytes of UTF-8 are. */
  readonly order: readonly { readonly column: string; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

/** What a text column has to be. */
export type Condition =
  | { readonly column: string; readonly test: 'in' | 'not in'; readonly values: readonly string[] }
  | { readonly column: string; readonly test: 'prefix' | 'not prefix'; readonly text: string };

export interface Exception {
  readonly where: readonly { readonly column: string; readonly value: string }[];
  readonly first: Ordinal;
  readonly last: Ordinal;
}

/** Groups, by column. All arrays have `length` members. */
export interface Groups {
  readonly length: number;
  /** One array a column of `by`. */
  readonly values: readonly (readonly string[])[];
  /** Undefined where groups have no period. */
  readonly ordinals: readonly Ordinal[] | undefined;
  /** One array a measure asked for. Sums beyond 2^53-1 come rounded; what isn't known is null. */
  readonly measures: readonly (readonly (number | null)[])[];
}

/** Whether a measure may come as null. */
export function isNullable({ table }: Pick<Aggregation, 'table'>, measure: string): boolean {
  return table.measures.some(({ name, nullable }) => name === measure && nullable);
}

/**
 * A sum in SQL. What has a gap in it isn't summed: the sum of the rest would pass for that of all.
 * @param column the measure's name, quoted
 * @param decimalSum the same of decimals, in the engine's SQL
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

/** The name by which groups are sorted by their period. */
export const PERIOD = 'timestamp';

/**
 * Makes sure that SQL can be made of an aggregation: its columns are the table's, its numbers are
 * numbers, and no list is ranked anew. Engines call it before they write a word of SQL.
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
    if (!known) throw new TypeError(`the groups of ${table.name} have no ${column} to be sorted by`);
  }
  if (measures.length === 0) throw new TypeError('an aggregation needs a measure');
  const ordinals = [asked, ...asked.except].flatMap(({ first, last }) => [first, last]);
  for (const number of [...ordinals, asked.offset, asked.limit])
    if (!Number.isSafeInteger(number)) throw new TypeError(`${number} is no whole number`);
  for (const { least } of asked.least)
    if (!Number.isFinite(least)) throw new TypeError(`${least} is no number`);
  const coarser: Partial<Record<Grain, readonly Grain[]>> = {
    hourly: ['hourly', 'daily', 'weekly', 'monthly', 'yearly'],
    daily: ['daily', 'weekly', 'monthly', 'yearly'],
    monthly: ['monthly', 'yearly'],
  };
  if (period && !coarser[grain]?.includes(period))
    throw new TypeError(`${grain} rows don't add up to ${period} ones`);
}

function must(table: Table, columns: readonly Column[], name: string): void {
  if (!columns.some((column) => column.name === name))
    throw new TypeError(`table ${table.name} has no column ${name} of that kind`);
}

import type { Formula } from '../derived/formula.ts';
import type { Ordinal } from '../time/time.ts';
import { checkAggregation, PERIOD, type Aggregation } from './aggregation.ts';

/** Rows of one table in groups, in no order. */
export type Grouping = Omit<Aggregation, 'order' | 'offset' | 'limit'>;

/**
 * A question whose rows have derived measures, are chosen by their numbers, or are the top of each group. An engine answers it
 * with one statement. `core/derived/numbers.ts` and `read/analysed-rows.ts` do the same with rows in memory.
 */
export interface Analysis {
  readonly now: Grouping;
  readonly before?: Before;
  /** Other metrics with the same dimensions, one measure each. */
  readonly divisors: readonly Grouping[];
  /** The number of days of a row without a period. */
  readonly days: number;
  /** What is computed of each row: first the numbers that are answered, then those that only `having` needs. */
  readonly cells: readonly Formula[];
  /** How many of the cells are answered. */
  readonly shown: number;
  /** Only rows that meet all of these conditions count. */
  readonly having: readonly Having[];
  /** A total order. */
  readonly order: readonly Sorting[];
  readonly top?: Top;
  readonly offset: number;
  readonly limit: number;
}

/** The rows that the rows are compared with. */
export interface Before {
  readonly rows: Grouping;
  /** How many periods later the rows are; 0 without periods. */
  readonly shift: number;
  /** Groups that aren't loaded wholly in the earlier range, so that nothing is compared with them. Each is a list of values. */
  readonly partly: 'all' | readonly (readonly { readonly column: string; readonly value: string }[])[];
}

export const OPERATORS = ['>=', '<=', '!=', '>', '<', '='] as const;

/** A condition on a cell. An unknown number meets none. */
export interface Having {
  readonly cell: number;
  readonly operator: (typeof OPERATORS)[number];
  readonly number: number;
}

/** Sorts by a dimension, by `timestamp` or by a cell. */
export interface Sorting {
  readonly by: string | number;
  readonly descending: boolean;
}

/** The first rows of each group, by the order. */
export interface Top {
  readonly limit: number;
  /** The columns whose values make a group. The order begins with them. */
  readonly within: readonly string[];
  /** Whether the other rows of a group are added up in one more, its last. */
  readonly others: boolean;
}

/** Rows of an analysis, stored by column. All arrays have `length` members. */
export interface Analysed {
  readonly length: number;
  /** One array for each dimension. In the row of all others, a dimension that doesn't make its group is null. */
  readonly values: readonly (readonly (string | null)[])[];
  /** Undefined if all periods are one group. */
  readonly ordinals: readonly (Ordinal | null)[] | undefined;
  /** The cells that are answered. */
  readonly cells: readonly (readonly (number | null)[])[];
  /** Whether each row is that of all others; undefined without such rows. */
  readonly others: readonly boolean[] | undefined;
}

/** The rows of tables that an analysis reads: those that it answers, those that it compares with, and those of other metrics. */
export function partsOfAnalysis({ now, before, divisors }: Analysis): Grouping[] {
  return [now, ...(before ? [before.rows] : []), ...divisors];
}

/** Checks an analysis before SQL is made of it. Every engine calls it first. @throws TypeError */
export function checkAnalysis(asked: Analysis): void {
  const { now, before, cells, having, order, top } = asked;
  const whole = { order: [], offset: 0, limit: 0 };
  for (const rows of partsOfAnalysis(asked)) {
    checkAggregation({ ...rows, ...whole });
    if (rows.period !== now.period || rows.by.join('\0') !== now.by.join('\0'))
      throw new TypeError('the rows of an analysis have different groups');
  }
  const columns = [...now.by, ...(now.period ? [PERIOD] : [])];
  const named = [
    ...order.flatMap(({ by }) => (typeof by === 'string' ? [by] : [])),
    ...(top?.within ?? []),
    ...(before && before.partly !== 'all' ? before.partly.flat().map(({ column }) => column) : []),
  ];
  for (const name of named) if (!columns.includes(name)) throw new TypeError(`there is no column ${name}`);
  const places = [
    ...having.map(({ cell }) => cell),
    ...order.flatMap(({ by }) => (typeof by === 'number' ? [by] : [])),
  ];
  for (const place of places) if (!cells[place]) throw new TypeError(`there is no cell ${place}`);
  for (const number of [asked.offset, asked.limit, before?.shift ?? 0, top?.limit ?? 0])
    if (!Number.isSafeInteger(number)) throw new TypeError(`${number} is not a whole number`);
  for (const { number } of having)
    if (!Number.isFinite(number)) throw new TypeError(`${number} is not finite`);
}

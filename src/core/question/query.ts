import type { Grain } from '../time.ts';

/**
 * A question in the one language, understood: every default is filled in and every date is one of
 * the calendar. It is what an answer echoes, and asked again it is the same question.
 */
export interface Query {
  readonly metric: string;
  readonly where: Readonly<Record<string, ConditionText>>;
  readonly by: readonly string[];
  /** null: one row for the whole range. */
  readonly grain: Grain | null;
  /** Both included: the first day (or hour) and the last. */
  readonly range: DateRange;
  readonly measures: readonly string[];
  readonly order: readonly { readonly by: string; readonly direction: 'asc' | 'desc' }[];
  readonly limit: number;
  readonly total: boolean;
  readonly compare: DateRange | null;
  readonly fill: Fill | null;
  readonly dryRun: boolean;
}

export type ConditionText =
  string | readonly string[] | { readonly prefix: string } | { readonly not: readonly string[] };

export interface DateRange {
  readonly start: string;
  readonly end: string;
}

export type Fill = 'zero' | 'null';

/** A question's shape, checked; its names and texts are not. */
export interface QueryText {
  readonly metric: string;
  readonly where: Readonly<Record<string, ConditionText>>;
  readonly by: readonly string[];
  readonly grain: string | undefined;
  readonly range: DateRange;
  readonly measures: readonly string[] | undefined;
  readonly order: readonly { readonly by: string; readonly direction: 'asc' | 'desc' }[] | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly total: boolean;
  readonly compare: DateRange | 'previous' | undefined;
  readonly fill: Fill | undefined;
  readonly dryRun: boolean;
}

/** The most rows that one page of an answer has, and how many it has unless a question says. */
export const MOST_ROWS = 10_000;
export const DEFAULT_ROWS = 1000;

import type { Grain } from '../time/time.ts';
import type { ConditionText, DateRange, RowsText } from './question.ts';

/**
 * A question in the one language, understood: every default is filled in and every date is one of
 * the calendar. It is what an answer echoes, and asked again it is the same question.
 */
export interface Query extends Pick<RowsText, 'by' | 'limit' | 'total' | 'dryRun'> {
  readonly metric: string;
  readonly where: Readonly<Record<string, ConditionText>>;
  /** null: one row for the whole range. */
  readonly grain: Grain | null;
  /** Both included: the first day (or hour) and the last. */
  readonly range: DateRange;
  readonly measures: readonly string[];
  readonly order: NonNullable<RowsText['order']>;
  readonly compare: DateRange | null;
  readonly fill: 'zero' | 'null' | null;
}

/** The most rows that one page of an answer has, and how many it has unless a question says. */
export const MAX_ROWS = 10_000;
export const DEFAULT_ROWS = 1000;

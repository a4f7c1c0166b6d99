import type { Grain } from '../time/time.ts';
import type { ConditionText, DateRange, RowsText } from './question.ts';

/**
 * A /query question with every default filled in and every date resolved. Answers repeat it. If it is sent
 * again, it asks the same question.
 */
export interface Query extends Pick<RowsText, 'by' | 'limit' | 'total' | 'dryRun'> {
  readonly metric: string;
  readonly where: Readonly<Record<string, ConditionText>>;
  /** null: one row for the whole range. */
  readonly grain: Grain | null;
  /** The first day (or hour) and the last one, both included. */
  readonly range: DateRange;
  readonly measures: readonly string[];
  readonly order: NonNullable<RowsText['order']>;
  readonly compare: DateRange | null;
  readonly fill: 'zero' | 'null' | null;
  /** These four are left out unless the question has them. */
  readonly having?: readonly string[];
  readonly top?: number;
  readonly within?: readonly string[];
  readonly others?: true;
  /** The time as of which the question is answered; left out for now. */
  readonly asOf?: string;
  /** Set if the range reaches into open periods that are counted. */
  readonly live?: true;
}

/** The maximum number of rows of a page, and the default. */
export const MAX_ROWS = 10_000;
export const DEFAULT_ROWS = 1000;

import type { Grouping } from '../core/question/analysis.ts';
import type { Grain } from '../core/time/time.ts';

/** How an engine writes the parts of an analysis that differ from engine to engine. */
export interface AnalysisDialect {
  readonly identifier: (name: string) => string;
  /** A text of a caller, bound or escaped. */
  readonly text: (value: string) => string;
  /** A double. */
  readonly number: (value: number) => string;
  /** The type of texts. */
  readonly textType: string;
  /** The number of the period that begins at a stamp (YYYYMMDDHH). The next period's is one more. */
  readonly ordinal: (grain: Grain, stamp: string) => string;
  /** The length in days of that period, as a double. */
  readonly days: (grain: Grain, stamp: string) => string;
  /**
   * The SELECT of the rows of one table: the columns of `by`, `_stamp` if they have periods, and the measures `_m0`, `_m1`, …
   * as doubles. Undefined if there are none.
   */
  readonly part: (rows: Grouping) => string | undefined;
  /** The end of the statement, which cuts a page out of its rows. */
  readonly page: (offset: number, limit: number) => string;
}
